// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {ChannelProtocol} from "./ChannelProtocol.sol";

// claimTyped
// ├── when a key signed (65 bytes or EIP-2098) → as claim, up to 128 bits
// ├── when the signer has no code and did not sign → BadVoucher(row)
// ├── given an account with code
// │   ├── when its key signed (EIP-7702) → as claim
// │   ├── when its code agrees → as claim
// │   └── when its code refuses, reverts, burns its gas or answers with a bomb → the row is skipped, the others are paid
// └── when there are no rows → nothing
contract ClaimTypedTest is ChannelProtocol {
    TestWallet private wallet;

    function setUp() public override {
        super.setUp();
        wallet = new TestWallet(client.addr);
    }

    function testFuzz_ClaimTyped(uint64 deposited, uint128 amount, bool compact) external {
        deposited = uint64(bound(deposited, 1, WEALTH));
        bytes32 channelId = fund(terms(), deposited);
        bytes32 digest = voucherDigest(terms(), amount);
        bytes memory signature = compact ? signCompact(client.secret, digest) : sign(client.secret, digest);
        uint64 gained = amount < deposited ? uint64(amount) : deposited;
        if (gained != 0) {
            vm.expectEmit(address(channels));
            emit IPaymentChannels.BatchClaimed(provider.addr, gained, abi.encodePacked(channelId, gained));
        }
        assertEq(channels.claimTyped(typedRow(terms(), amount, signature)), gained, "gained");
        assertEq(channels.claimTyped(typedRow(terms(), amount, signature)), 0, "the same again");
        assertEq(earnedBy(provider.addr), gained, "earned");
    }

    function testFuzz_ClaimTyped_WhenAKeyDidNotSign(uint128 amount, bytes calldata signature) external {
        fund(terms(), DEPOSIT);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.BadVoucher.selector, 0));
        channels.claimTyped(typedRow(terms(), amount, signature));
    }

    function test_ClaimTyped_WhenTheSignatureHasAHighS() external {
        fund(terms(), DEPOSIT);
        bytes memory twin = highTwin(sign(client.secret, voucherDigest(terms(), 10)));
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.BadVoucher.selector, 0));
        channels.claimTyped(typedRow(terms(), 10, twin));
    }

    function test_ClaimTyped_GivenAWallet_WhenItsCodeAgrees() external {
        IPaymentChannels.Config memory config = walletTerms();
        bytes memory signature = sign(client.secret, voucherDigest(config, 10));
        assertEq(channels.claimTyped(typedRow(config, 10, signature)), 10, "gained");
        assertEq(earnedBy(provider.addr), 10, "earned");
    }

    function test_ClaimTyped_GivenAWalletThatMisbehaves_OneBad1271RowPoisonsNoBatch() external {
        IPaymentChannels.VoucherClaim[] memory rows = new IPaymentChannels.VoucherClaim[](3);
        IPaymentChannels.Config memory config = walletTerms();
        rows[0] = IPaymentChannels.VoucherClaim(config, 10, sign(client.secret, voucherDigest(config, 10)));
        for (uint256 mode = 1; mode <= uint256(type(TestWallet.Mode).max); ++mode) {
            vm.prank(client.addr);
            wallet.setMode(TestWallet.Mode(mode));
            IPaymentChannels.Config memory other = terms();
            other.salt = uint32(100 + mode);
            fund(other, DEPOSIT);
            rows[1] = IPaymentChannels.VoucherClaim(other, 7, sign(client.secret, voucherDigest(other, 7)));
            rows[2] = rows[0];
            bool answers = TestWallet.Mode(mode) == TestWallet.Mode.ReturnBomb;
            uint256 ofWallet = answers ? 10 : 0;
            assertEq(channels.claimTyped(rows), 7 + ofWallet, "the good row");
        }
    }

    /// @dev A 7702 account keeps its key: what it signed itself counts, whatever its delegate says.
    function test_ClaimTyped_GivenA7702Account_WhenItsKeySigned() external {
        fund(terms(), DEPOSIT);
        delegate(client.addr);
        assertEq(claim(5), 5, "packed rows");
        bytes memory signature = signCompact(client.secret, voucherDigest(terms(), 10));
        assertEq(channels.claimTyped(typedRow(terms(), 10, signature)), 5, "typed rows");
    }

    /// @dev Pays by its delegate's EIP-1271, then takes the rest back as any payer does.
    function test_ClaimTyped_GivenA7702Account_WhenItsDelegateSigned() external {
        delegate(client.addr);
        bytes32 channelId = fund(terms(), DEPOSIT);
        bytes memory signature = sign(stranger.secret, voucherDigest(terms(), 10));
        assertEq(channels.claimTyped(typedRow(terms(), 10, signature)), 10, "gained");
        vm.prank(client.addr);
        channels.startWithdraw(terms(), DEPOSIT);
        skip(DELAY);
        vm.prank(client.addr);
        channels.finishWithdraw(terms(), client.addr);
        assertEq(channels.channelOf(channelId).deposited, 10, "the receiver's part stays");
        assertEq(usdc.balanceOf(client.addr), WEALTH - 10, "the rest is back");
    }

    /// @dev Receives as any receiver does.
    function test_Withdraw_GivenA7702Account() external {
        delegate(provider.addr);
        fund(terms(), DEPOSIT);
        claim(DEPOSIT);
        uint256 amount = channels.withdrawable(provider.addr);
        uint256 balance = usdc.balanceOf(provider.addr);
        vm.prank(provider.addr);
        channels.withdraw(provider.addr, amount);
        assertEq(usdc.balanceOf(provider.addr), balance + amount, "paid");
    }

    function test_ClaimTyped_WhenThereAreNoRows() external {
        assertEq(channels.claimTyped(new IPaymentChannels.VoucherClaim[](0)), 0, "nothing");
    }

    function walletTerms() private returns (IPaymentChannels.Config memory config) {
        config = terms();
        config.signer = address(wallet);
        fund(config, DEPOSIT);
    }
}
