// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {PaymentChannels} from "../../../contracts/PaymentChannels.sol";
import {ChannelProtocol} from "./ChannelProtocol.sol";

// withdraw
// ├── when the amount is zero, or the payee is zero or the contract → ZeroAmount, InvalidRecipient
// ├── given less was earned → InsufficientEarnings
// ├── given the token refuses → the token's reason; the entitlement stays and leaves later
// └── else → pays at once; the fee is the floor of its share of all that was earned, however it is split
// collectFees, setGuardian, pauseDeposits, unpauseDeposits, renounceOwnership → each by its role only
// constructor → every parameter within its bounds
contract EarningsTest is ChannelProtocol {
    function testFuzz_Withdraw(uint64 first, uint64 second, uint256 share) external {
        first = uint64(bound(first, 2, WEALTH / 2));
        second = uint64(bound(second, 2, WEALTH / 2));
        fund(terms(), first + second);
        claim(first);
        uint256 amount = bound(share, 1, channels.withdrawable(provider.addr));
        uint256 fee = uint256(first) / 100;
        vm.expectEmit(address(channels));
        emit IPaymentChannels.Withdrawn(provider.addr, treasury, amount, fee);
        withdraw(treasury, amount);
        assertEq(channels.feesAccrued(provider.addr), fee, "fee of the first");

        claim(first + second);
        withdraw(treasury, channels.withdrawable(provider.addr));
        uint256 earned = uint256(first) + second;
        assertEq(channels.feesAccrued(provider.addr), earned / 100, "fee of all");
        assertEq(usdc.balanceOf(treasury), earned - earned / 100, "paid of all");
        assertEq(channels.earningsOf(provider.addr).feeTaken, earned / 100, "fee in the books");
        assertEq(channels.earningsOf(provider.addr).paidOut, earned - earned / 100, "paid in the books");
    }

    /// @dev Ninety-nine payments of one unit are no way around the fee.
    function test_Withdraw_SplittingDoesNotDodgeTheFee() external {
        fund(terms(), DEPOSIT);
        for (uint64 sum = 99; sum <= 990; sum += 99) {
            claim(sum);
            withdraw(treasury, channels.withdrawable(provider.addr));
        }
        assertEq(channels.feesAccrued(provider.addr), 9, "1 % of 990, rounded down once");
    }

    function testFuzz_Withdraw_GivenLessWasEarned(uint64 earned, uint256 amount) external {
        earned = uint64(bound(earned, 0, DEPOSIT));
        fund(terms(), DEPOSIT);
        claim(earned);
        uint256 available = earned - earned / 100;
        amount = bound(amount, available + 1, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(
                IPaymentChannels.InsufficientEarnings.selector, provider.addr, available, amount
            )
        );
        withdraw(treasury, amount);
    }

    function test_Withdraw_WhenThereIsNothingOrNobodyToPay() external {
        vm.expectRevert(IPaymentChannels.ZeroAmount.selector);
        withdraw(treasury, 0);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InvalidRecipient.selector, address(0)));
        withdraw(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InvalidRecipient.selector, address(channels)));
        withdraw(address(channels), 1);
    }

    function test_Withdraw_GivenTheTokenRefuses() external {
        fund(terms(), DEPOSIT);
        claim(100);
        vm.prank(tokenAdmin);
        usdc.pause();
        vm.expectRevert(bytes("Pausable: paused"));
        withdraw(treasury, 99);
        vm.startPrank(tokenAdmin);
        usdc.unpause();
        usdc.blacklist(treasury);
        vm.stopPrank();
        vm.expectRevert(bytes("Blacklistable: account is blacklisted"));
        withdraw(treasury, 99);
        assertEq(channels.withdrawable(provider.addr), 99, "entitled as before");
        withdraw(modelOwner, 99);
        assertEq(usdc.balanceOf(modelOwner), 99, "to another account it leaves");
    }

    function test_CollectFees() external {
        fund(terms(), DEPOSIT);
        claim(DEPOSIT);
        vm.prank(owner);
        vm.expectRevert(IPaymentChannels.ZeroAmount.selector);
        channels.collectFees(receivers(), treasury);
        withdraw(provider.addr, 1);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        channels.collectFees(receivers(), treasury);
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InvalidRecipient.selector, address(0)));
        channels.collectFees(receivers(), address(0));
        vm.expectEmit(address(channels));
        emit IPaymentChannels.FeesCollected(treasury, DEPOSIT / 100);
        channels.collectFees(receivers(), treasury);
        vm.stopPrank();
        assertEq(usdc.balanceOf(treasury), DEPOSIT / 100, "treasury");
        assertEq(channels.feesAccrued(provider.addr), 0, "collected");
        vm.expectRevert(IPaymentChannels.ZeroAmount.selector);
        vm.prank(owner);
        channels.collectFees(receivers(), treasury);
    }

    /// @dev No change of a fee can strand money: there is no function that changes it.
    function test_Fee_IsImmutableAndZeroIsAllowed() external {
        PaymentChannels.Parameters memory parameters = channelParameters();
        parameters.feeBps = 0;
        channels = deployChannels(parameters);
        approveChannels(client.addr);
        fund(terms(), 5);
        claim(5);
        withdraw(treasury, 5);
        assertEq(usdc.balanceOf(treasury), 5, "all of it");
        assertEq(channels.feesAccrued(provider.addr), 0, "no fee");
    }

    function test_Guardian() external {
        bytes memory notOwner =
            abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, guardian);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.NotGuardian.selector, stranger.addr));
        vm.prank(stranger.addr);
        channels.pauseDeposits();

        vm.startPrank(guardian);
        vm.expectEmit(address(channels));
        emit IPaymentChannels.DepositPauseChanged(true, guardian);
        channels.pauseDeposits();
        assertTrue(channels.depositsPaused(), "paused");
        vm.expectRevert(notOwner);
        channels.unpauseDeposits();
        vm.expectRevert(notOwner);
        channels.setGuardian(guardian);
        vm.stopPrank();

        vm.startPrank(owner);
        vm.expectEmit(address(channels));
        emit IPaymentChannels.DepositPauseChanged(false, owner);
        channels.unpauseDeposits();
        channels.pauseDeposits();
        channels.unpauseDeposits();
        vm.expectRevert(IPaymentChannels.ZeroAddress.selector);
        channels.setGuardian(address(0));
        vm.expectEmit(address(channels));
        emit IPaymentChannels.GuardianChanged(stranger.addr);
        channels.setGuardian(stranger.addr);
        vm.expectRevert(IPaymentChannels.RenounceDisabled.selector);
        channels.renounceOwnership();
        vm.stopPrank();
        assertEq(channels.guardian(), stranger.addr, "guardian");
        vm.prank(stranger.addr);
        channels.pauseDeposits();
    }

    function test_Ownership_TakesTwoSteps() external {
        vm.prank(owner);
        channels.transferOwnership(stranger.addr);
        assertEq(channels.owner(), owner, "not yet");
        vm.prank(stranger.addr);
        channels.acceptOwnership();
        assertEq(channels.owner(), stranger.addr, "now");
    }

    function test_Constructor() external {
        assertEq(channels.feeBps(), FEE_BPS, "fee");
        assertEq(channels.token(), address(usdc), "token");
        (uint32 min, uint32 max) = channels.withdrawDelays();
        assertEq(min, MIN_DELAY, "least delay");
        assertEq(max, MAX_DELAY, "most delay");
        assertEq(channels.VOUCHER_TYPEHASH(), VOUCHER_TYPEHASH, "as x402's");
        PaymentChannels.Parameters memory parameters = channelParameters();
        parameters.token = address(0);
        vm.expectRevert(IPaymentChannels.ZeroAddress.selector);
        this.make(parameters);
        parameters = channelParameters();
        parameters.guardian = address(0);
        vm.expectRevert(IPaymentChannels.ZeroAddress.selector);
        this.make(parameters);
        parameters = channelParameters();
        parameters.owner = address(0);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableInvalidOwner.selector, address(0)));
        this.make(parameters);
    }

    function testFuzz_Constructor_WhenAParameterIsOutOfRange(uint16 feeBps, uint32 least, uint32 most) external {
        PaymentChannels.Parameters memory parameters = channelParameters();
        parameters.feeBps = uint16(bound(feeBps, 501, type(uint16).max));
        expectOutOfRange("feeBps", parameters.feeBps, 0, 500);
        this.make(parameters);
        parameters = channelParameters();
        parameters.maxWithdrawDelay = uint32(bound(most, 30 days + 1, type(uint32).max));
        expectOutOfRange("maxWithdrawDelay", parameters.maxWithdrawDelay, 60, 30 days);
        this.make(parameters);
        parameters = channelParameters();
        parameters.maxWithdrawDelay = 1 hours;
        parameters.minWithdrawDelay = uint32(bound(least, 1 hours + 1, type(uint32).max));
        expectOutOfRange("minWithdrawDelay", parameters.minWithdrawDelay, 60, 1 hours);
        this.make(parameters);
    }

    /// @dev One that never earned, and one twice.
    function receivers() private view returns (address[] memory list) {
        list = new address[](3);
        (list[0], list[1], list[2]) = (stranger.addr, provider.addr, provider.addr);
    }

    function make(PaymentChannels.Parameters calldata parameters) external {
        deployChannels(parameters);
    }

    function expectOutOfRange(string memory name, uint256 value, uint256 min, uint256 max) private {
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentChannels.ParameterOutOfRange.selector, name, value, min, max)
        );
    }

    function withdraw(address to, uint256 amount) private {
        vm.prank(provider.addr);
        channels.withdraw(to, amount);
    }
}
