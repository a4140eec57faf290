// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelProtocol} from "./ChannelProtocol.sol";

// startWithdraw
// ├── when the caller is not the payer → NotPayer
// ├── when the amount is zero → takes an announcement back
// └── else → the clock starts anew
// finishWithdraw
// ├── when the caller is not the payer, or the payee is nobody → NotPayer, InvalidRecipient
// ├── given nothing was announced → WithdrawNotStarted
// ├── given it is not ripe → WithdrawNotRipe
// ├── given the receiver claimed meanwhile → pays what is unclaimed, nothing if there is none
// ├── given the token refuses → the token's reason; the announcement stays
// └── else → pays what was announced, once
// refund
// ├── when the caller is not the receiver → NotReceiver
// ├── when the amount is zero or above what is unclaimed → ZeroAmount, InsufficientDeposit
// └── else → the payer has it at once, and no withdrawal pays it again
contract ChannelWithdrawTest is ChannelProtocol {
    function testFuzz_Withdrawal(uint64 deposited, uint64 announced, uint64 signed) external {
        deposited = uint64(bound(deposited, 1, WEALTH));
        announced = uint64(bound(announced, 1, type(uint64).max));
        bytes32 channelId = fund(terms(), deposited);
        uint40 ripeAt = uint40(vm.getBlockTimestamp()) + DELAY;
        vm.expectEmit(address(channels));
        emit IPaymentChannels.WithdrawStarted(channelId, client.addr, provider.addr, announced, ripeAt);
        start(announced);

        skip(DELAY - 1);
        expectNotRipe(channelId, ripeAt);
        finish(client.addr);
        uint64 gained = uint64(claim(signed));
        assertEq(gained, signed < deposited ? signed : deposited, "what was signed is earned in full");

        skip(1);
        uint64 unclaimed = deposited - gained;
        uint64 paid = announced < unclaimed ? announced : unclaimed;
        vm.expectEmit(address(channels));
        emit IPaymentChannels.WithdrawFinished(channelId, treasury, paid);
        finish(treasury);
        assertEq(usdc.balanceOf(treasury), paid, "payee");
        IPaymentChannels.Channel memory channel = channels.channelOf(channelId);
        assertEq(channel.deposited, deposited - paid, "deposited");
        assertEq(channel.withdrawAmount + channel.withdrawAt, 0, "done");
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.WithdrawNotStarted.selector, channelId));
        finish(treasury);
    }

    /// @dev What was prepaid can always leave: without the receiver, without the owner, while deposits are paused.
    function test_PrepaidBalance_CanLeaveWithoutAnybodysHelp() external {
        fund(terms(), DEPOSIT);
        vm.prank(guardian);
        channels.pauseDeposits();
        start(DEPOSIT);
        skip(DELAY);
        finish(client.addr);
        assertEq(usdc.balanceOf(client.addr), WEALTH, "all of it");
    }

    /// @dev An announcement cannot be raised once it is ripe: every call starts the clock anew.
    function test_StartWithdraw_CannotBeRaisedWhenRipe() external {
        bytes32 channelId = fund(terms(), DEPOSIT);
        start(1);
        skip(DELAY);
        start(DEPOSIT);
        expectNotRipe(channelId, uint40(vm.getBlockTimestamp()) + DELAY);
        finish(client.addr);
        assertEq(claim(DEPOSIT), DEPOSIT, "the receiver has its time again");
    }

    function test_StartWithdraw_WhenZero_TakesItBack() external {
        bytes32 channelId = fund(terms(), DEPOSIT);
        start(5);
        vm.expectEmit(address(channels));
        emit IPaymentChannels.WithdrawStarted(channelId, client.addr, provider.addr, 0, 0);
        start(0);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.WithdrawNotStarted.selector, channelId));
        finish(client.addr);
    }

    function test_Deposit_GivenAWithdrawal_DoesNotCancelIt() external {
        fund(terms(), DEPOSIT);
        start(DEPOSIT);
        fund(terms(), 1);
        skip(DELAY);
        finish(client.addr);
        assertEq(usdc.balanceOf(client.addr), WEALTH - 1, "what was announced");
    }

    function testFuzz_Withdrawal_WhenByAnother(address caller) external {
        vm.assume(caller != client.addr);
        bytes32 channelId = fund(terms(), DEPOSIT);
        bytes memory reason = abi.encodeWithSelector(IPaymentChannels.NotPayer.selector, channelId, caller);
        vm.expectRevert(reason);
        vm.prank(caller);
        channels.startWithdraw(terms(), 1);
        start(5);
        skip(DELAY);
        vm.expectRevert(reason);
        vm.prank(caller);
        channels.finishWithdraw(terms(), caller);
    }

    function test_FinishWithdraw_WhenThereIsNobodyToPay() external {
        fund(terms(), DEPOSIT);
        start(5);
        skip(DELAY);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InvalidRecipient.selector, address(0)));
        finish(address(0));
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InvalidRecipient.selector, address(channels)));
        finish(address(channels));
    }

    function test_FinishWithdraw_GivenTheTokenRefuses() external {
        fund(terms(), DEPOSIT);
        start(5);
        skip(DELAY);
        vm.prank(tokenAdmin);
        usdc.blacklist(treasury);
        vm.expectRevert(bytes("Blacklistable: account is blacklisted"));
        finish(treasury);
        finish(client.addr);
        assertEq(usdc.balanceOf(client.addr), WEALTH - DEPOSIT + 5, "to another account it leaves");
    }

    function testFuzz_Refund(uint64 deposited, uint64 signed, uint64 amount) external {
        deposited = uint64(bound(deposited, 2, WEALTH));
        signed = uint64(bound(signed, 0, deposited - 1));
        bytes32 channelId = fund(terms(), deposited);
        claim(signed);
        amount = uint64(bound(amount, 1, deposited - signed));
        vm.expectEmit(address(channels));
        emit IPaymentChannels.Refunded(channelId, client.addr, amount);
        refund(amount);
        assertEq(usdc.balanceOf(client.addr), WEALTH - deposited + amount, "payer");
        assertEq(channels.channelOf(channelId).deposited, deposited - amount, "deposited");
        assertEq(claimedOf(terms()), signed, "claimed");
    }

    function testFuzz_Refund_WhenTooMuch(uint64 signed, uint64 amount) external {
        signed = uint64(bound(signed, 0, DEPOSIT));
        bytes32 channelId = fund(terms(), DEPOSIT);
        claim(signed);
        uint64 unclaimed = DEPOSIT - signed;
        amount = uint64(bound(amount, uint256(unclaimed) + 1, type(uint64).max));
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentChannels.InsufficientDeposit.selector, channelId, unclaimed, amount)
        );
        refund(amount);
    }

    /// @dev A refund is consumed once, though a withdrawal of the same money was announced before.
    function test_Refund_GivenAWithdrawal_IsNotConsumedTwice() external {
        bytes32 channelId = fund(terms(), DEPOSIT);
        fund(other(), DEPOSIT);
        start(DEPOSIT);
        refund(DEPOSIT);
        skip(DELAY);
        vm.expectEmit(address(channels));
        emit IPaymentChannels.WithdrawFinished(channelId, client.addr, 0);
        finish(client.addr);
        assertEq(usdc.balanceOf(client.addr), WEALTH - DEPOSIT, "back once");
        assertEq(usdc.balanceOf(address(channels)), DEPOSIT, "the other channel is whole");
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InsufficientDeposit.selector, channelId, 0, 1));
        refund(1);
    }

    function test_Refund_WhenZeroOrByAnother() external {
        bytes32 channelId = fund(terms(), DEPOSIT);
        vm.expectRevert(IPaymentChannels.ZeroAmount.selector);
        refund(0);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.NotReceiver.selector, channelId, client.addr));
        vm.prank(client.addr);
        channels.refund(terms(), 1);
    }

    function other() private view returns (IPaymentChannels.Config memory config) {
        config = terms();
        config.salt = 2;
    }

    function start(uint64 amount) private {
        vm.prank(client.addr);
        channels.startWithdraw(terms(), amount);
    }

    function finish(address to) private {
        vm.prank(client.addr);
        channels.finishWithdraw(terms(), to);
    }

    function refund(uint64 amount) private {
        vm.prank(provider.addr);
        channels.refund(terms(), amount);
    }

    function expectNotRipe(bytes32 channelId, uint40 withdrawAt) private {
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.WithdrawNotRipe.selector, channelId, withdrawAt));
    }
}
