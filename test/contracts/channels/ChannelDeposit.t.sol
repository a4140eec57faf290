// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {MischievousToken} from "../../../contracts/mocks/MischievousToken.sol";
import {PaymentChannels} from "../../../contracts/PaymentChannels.sol";
import {ChannelProtocol} from "./ChannelProtocol.sol";

// deposit, depositWithAuthorization, depositWithPermit
// ├── when the amount is zero → ZeroAmount
// ├── given deposits are paused → DepositsPaused
// ├── when payer, signer or receiver is nobody → InvalidRecipient, ZeroAddress
// ├── when the delay is out of bounds → WithdrawDelayOutOfRange
// ├── given the token refuses → the token's reason; given it keeps a part → UnexpectedTokenDelta; given it calls back → refused
// ├── deposit → pulls from the caller, whoever the payer is
// ├── depositWithAuthorization → pulls from the payer, once, for this channel and amount only, whoever relays
// └── depositWithPermit → only by the payer (NotPayer); a permit that was used already does no harm
contract ChannelDepositTest is ChannelProtocol {
    bytes32 private constant SALT = "salt";
    bytes32 private constant DEPOSIT_TYPEHASH = keccak256("Deposit(bytes32 channelId,uint64 amount,bytes32 salt)");
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    function testFuzz_Deposit(uint64 amount, uint32 salt, uint32 delay) external {
        IPaymentChannels.Config memory config = terms();
        (config.salt, config.withdrawDelay) = (salt, uint32(bound(delay, MIN_DELAY, MAX_DELAY)));
        amount = uint64(bound(amount, 1, WEALTH));
        bytes32 channelId = documentedId(config);
        assertEq(channels.channelIdOf(config), channelId, "id");
        vm.expectEmit(address(channels));
        emit IPaymentChannels.Deposited(channelId, client.addr, provider.addr, config, amount);
        fund(config, amount);
        assertEq(channels.channelOf(channelId).deposited, amount, "deposited");
        assertEq(usdc.balanceOf(address(channels)), amount, "pot");
    }

    /// @dev The allowance that somebody gave is drained by nobody else: money comes from the caller.
    function testFuzz_Deposit_NeverDrainsTheAllowanceOfAThirdPerson(uint64 amount) external {
        amount = uint64(bound(amount, 1, WEALTH));
        vm.prank(stranger.addr);
        channels.deposit(terms(), amount);
        assertEq(usdc.balanceOf(client.addr), WEALTH, "the payer's wallet");
        assertEq(usdc.balanceOf(stranger.addr), WEALTH - amount, "the caller's wallet");
        assertEq(channels.channelOf(documentedId(terms())).deposited, amount, "the payer's channel");
    }

    function test_Deposit_WhenTheTermsAreUnfit() external {
        IPaymentChannels.Config memory config = terms();
        vm.expectRevert(IPaymentChannels.ZeroAmount.selector);
        channels.deposit(config, 0);
        config.payer = address(0);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InvalidRecipient.selector, address(0)));
        channels.deposit(config, 1);
        config.payer = address(channels);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.InvalidRecipient.selector, address(channels)));
        channels.deposit(config, 1);
        config = terms();
        config.signer = address(0);
        vm.expectRevert(IPaymentChannels.ZeroAddress.selector);
        channels.deposit(config, 1);
        config = terms();
        config.receiver = address(0);
        vm.expectRevert(IPaymentChannels.ZeroAddress.selector);
        channels.deposit(config, 1);
    }

    function testFuzz_Deposit_WhenTheDelayIsOutOfBounds(uint32 delay) external {
        vm.assume(delay < MIN_DELAY || delay > MAX_DELAY);
        IPaymentChannels.Config memory config = terms();
        config.withdrawDelay = delay;
        bytes memory reason = abi.encodeWithSelector(
            IPaymentChannels.WithdrawDelayOutOfRange.selector, delay, MIN_DELAY, MAX_DELAY
        );
        vm.expectRevert(reason);
        fund(config, 1);
        vm.expectRevert(reason);
        channels.depositWithAuthorization(config, 1, SALT, 0, FOREVER, "");
        vm.expectRevert(reason);
        vm.prank(client.addr);
        channels.depositWithPermit(config, 1, FOREVER, 27, 0, 0);
    }

    function test_Deposit_GivenDepositsArePaused() external {
        vm.prank(guardian);
        channels.pauseDeposits();
        vm.expectRevert(IPaymentChannels.DepositsPaused.selector);
        fund(terms(), 1);
        vm.expectRevert(IPaymentChannels.DepositsPaused.selector);
        channels.depositWithAuthorization(terms(), 1, SALT, 0, FOREVER, "");
        vm.expectRevert(IPaymentChannels.DepositsPaused.selector);
        vm.prank(client.addr);
        channels.depositWithPermit(terms(), 1, FOREVER, 27, 0, 0);
    }

    function test_Deposit_GivenTheTokenRefuses() external {
        vm.expectRevert(bytes("ERC20: transfer amount exceeds balance"));
        fund(terms(), uint64(WEALTH + 1));
        vm.prank(tokenAdmin);
        usdc.pause();
        vm.expectRevert(bytes("Pausable: paused"));
        fund(terms(), 1);
    }

    function testFuzz_DepositWithAuthorization(uint64 amount, bytes32 salt) external {
        amount = uint64(bound(amount, 1, WEALTH));
        bytes32 channelId = documentedId(terms());
        bytes memory signature = signedDeposit(terms(), amount, salt);
        vm.expectEmit(address(channels));
        emit IPaymentChannels.Deposited(channelId, client.addr, provider.addr, terms(), amount);
        vm.prank(stranger.addr);
        channels.depositWithAuthorization(terms(), amount, salt, 0, FOREVER, signature);
        assertEq(usdc.balanceOf(client.addr), WEALTH - amount, "the payer's wallet");
        assertEq(channels.channelOf(channelId).deposited, amount, "deposited");
        vm.expectRevert(bytes("FiatTokenV2: authorization is used or canceled"));
        channels.depositWithAuthorization(terms(), amount, salt, 0, FOREVER, signature);
    }

    function test_DepositWithAuthorization_WhenTermsAmountOrSaltDiffer() external {
        bytes memory signature = signedDeposit(terms(), 5, SALT);
        bytes memory reason = "FiatTokenV2: invalid signature";
        IPaymentChannels.Config memory other = terms();
        other.receiver = stranger.addr;
        vm.expectRevert(reason);
        channels.depositWithAuthorization(other, 5, SALT, 0, FOREVER, signature);
        vm.expectRevert(reason);
        channels.depositWithAuthorization(terms(), 6, SALT, 0, FOREVER, signature);
        vm.expectRevert(reason);
        channels.depositWithAuthorization(terms(), 5, "another salt", 0, FOREVER, signature);
        vm.expectRevert(IPaymentChannels.ZeroAmount.selector);
        channels.depositWithAuthorization(terms(), 0, SALT, 0, FOREVER, signature);
    }

    /// @dev An authorization for the escrow is nothing to the channels and the other way round: neither burns the other's.
    function test_DepositWithAuthorization_IsBurntByNoOtherEntryPoint() external {
        bytes memory signature = signedDeposit(terms(), 5, SALT);
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        escrow.depositWithAuthorization(client.addr, 5, SALT, 0, FOREVER, signature);
        bytes32 nonce = nonceOf(terms(), 5, SALT);
        vm.expectRevert(bytes("FiatTokenV2: caller must be the payee"));
        vm.prank(stranger.addr);
        usdc.receiveWithAuthorization(client.addr, address(channels), 5, 0, FOREVER, nonce, signature);
        channels.depositWithAuthorization(terms(), 5, SALT, 0, FOREVER, signature);
        assertTrue(usdc.authorizationState(client.addr, nonce), "used for what it was signed for");
    }

    /// @dev USDC asks the code of an account that has some: its delegate's EIP-1271 pays the deposit. The account then
    /// receives, claims and withdraws as any other.
    function test_A7702Account_PaysByItsDelegateClaimsAndWithdraws() external {
        delegate(client.addr);
        IPaymentChannels.Config memory config = terms();
        config.receiver = client.addr;
        bytes32 nonce = nonceOf(config, DEPOSIT, SALT);
        bytes32 structHash =
            keccak256(abi.encode(RECEIVE_TYPEHASH, client.addr, address(channels), DEPOSIT, 0, FOREVER, nonce));
        bytes memory signature = sign(stranger.secret, digestOf(tokenDomain(), structHash));
        channels.depositWithAuthorization(config, DEPOSIT, SALT, 0, FOREVER, signature);

        bytes memory voucher = sign(stranger.secret, voucherDigest(config, 100));
        vm.startPrank(client.addr);
        assertEq(channels.claimTyped(typedRow(config, 100, voucher)), 100, "claimed");
        channels.withdraw(client.addr, 99);
        vm.stopPrank();
        assertEq(usdc.balanceOf(client.addr), WEALTH - DEPOSIT + 99, "withdrawn");
    }

    function testFuzz_DepositWithPermit(uint64 amount) external {
        amount = uint64(bound(amount, 1, WEALTH));
        vm.startPrank(client.addr);
        usdc.approve(address(channels), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(amount);
        channels.depositWithPermit(terms(), amount, FOREVER, v, r, s);
        vm.stopPrank();
        assertEq(channels.channelOf(documentedId(terms())).deposited, amount, "deposited");
        assertEq(usdc.allowance(client.addr, address(channels)), 0, "nothing is left over");
    }

    function test_DepositWithPermit_GivenThePermitWasUsedAlready() external {
        vm.prank(client.addr);
        usdc.approve(address(channels), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(5);
        vm.prank(stranger.addr);
        usdc.permit(client.addr, address(channels), 5, FOREVER, v, r, s);
        vm.prank(client.addr);
        channels.depositWithPermit(terms(), 5, FOREVER, v, r, s);
        assertEq(channels.channelOf(documentedId(terms())).deposited, 5, "deposited");
    }

    function test_DepositWithPermit_WhenThePermitIsForAnotherAmount() external {
        vm.startPrank(client.addr);
        usdc.approve(address(channels), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(5);
        vm.expectRevert(bytes("EIP2612: invalid signature"));
        channels.depositWithPermit(terms(), 6, FOREVER, v, r, s);
        vm.stopPrank();
    }

    function test_DepositWithPermit_WhenByAnother() external {
        (uint8 v, bytes32 r, bytes32 s) = permitOf(5);
        vm.expectRevert(
            abi.encodeWithSelector(IPaymentChannels.NotPayer.selector, documentedId(terms()), stranger.addr)
        );
        vm.prank(stranger.addr);
        channels.depositWithPermit(terms(), 5, FOREVER, v, r, s);
    }

    function testFuzz_Deposit_GivenTheTokenKeepsAPart(uint64 amount, uint64 kept) external {
        MischievousToken token = mischief();
        amount = uint64(bound(amount, 1, WEALTH / 2));
        kept = uint64(bound(kept, 1, amount));
        token.setKept(kept);
        bytes memory reason =
            abi.encodeWithSelector(IPaymentChannels.UnexpectedTokenDelta.selector, amount, amount - kept);
        vm.expectRevert(reason);
        fund(terms(), amount);
        vm.expectRevert(reason);
        channels.depositWithAuthorization(terms(), amount, SALT, 0, FOREVER, "");
        vm.expectRevert(reason);
        vm.prank(client.addr);
        channels.depositWithPermit(terms(), amount, FOREVER, 27, 0, 0);
    }

    function test_Everything_GivenTheTokenCallsBack() external {
        MischievousToken token = mischief();
        fund(terms(), DEPOSIT);
        claim(10);
        vm.prank(client.addr);
        channels.startWithdraw(terms(), 10);
        skip(DELAY);

        token.setHook(address(channels), abi.encodeCall(channels.deposit, (terms(), 1)));
        expectRefusal();
        fund(terms(), 1);
        expectRefusal();
        channels.depositWithAuthorization(terms(), 1, SALT, 0, FOREVER, "");
        expectRefusal();
        vm.prank(client.addr);
        channels.depositWithPermit(terms(), 1, FOREVER, 27, 0, 0);
        token.setHook(address(channels), abi.encodeCall(channels.withdraw, (treasury, 1)));
        expectRefusal();
        vm.prank(provider.addr);
        channels.withdraw(treasury, 1);
        token.setHook(address(channels), abi.encodeCall(channels.finishWithdraw, (terms(), treasury)));
        expectRefusal();
        vm.prank(client.addr);
        channels.finishWithdraw(terms(), treasury);
        token.setHook(address(channels), abi.encodeCall(channels.refund, (terms(), 1)));
        expectRefusal();
        vm.prank(provider.addr);
        channels.refund(terms(), 1);
        IPaymentChannels.VoucherClaim[] memory none = new IPaymentChannels.VoucherClaim[](0);
        token.setHook(address(channels), abi.encodeCall(channels.claimTyped, (none)));
        expectRefusal();
        fund(terms(), 1);
    }

    function expectRefusal() private {
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }

    function mischief() private returns (MischievousToken token) {
        token = new MischievousToken();
        PaymentChannels.Parameters memory parameters = channelParameters();
        parameters.token = address(token);
        channels = deployChannels(parameters);
        token.mint(client.addr, WEALTH);
        vm.prank(client.addr);
        token.approve(address(channels), WEALTH);
    }

    function nonceOf(IPaymentChannels.Config memory config, uint64 amount, bytes32 salt)
        private
        view
        returns (bytes32)
    {
        return keccak256(abi.encode(DEPOSIT_TYPEHASH, documentedId(config), amount, salt));
    }

    function signedDeposit(IPaymentChannels.Config memory config, uint64 amount, bytes32 salt)
        private
        view
        returns (bytes memory)
    {
        bytes32 nonce = nonceOf(config, amount, salt);
        bytes32 structHash =
            keccak256(abi.encode(RECEIVE_TYPEHASH, client.addr, address(channels), amount, 0, FOREVER, nonce));
        return sign(client.secret, digestOf(tokenDomain(), structHash));
    }

    function permitOf(uint64 amount) private view returns (uint8 v, bytes32 r, bytes32 s) {
        uint256 nonce = usdc.nonces(client.addr);
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, client.addr, address(channels), amount, nonce, FOREVER));
        return vm.sign(client.secret, digestOf(tokenDomain(), structHash));
    }
}
