// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {PaymentChannels} from "../../../contracts/PaymentChannels.sol";
import {ChannelProtocol} from "./ChannelProtocol.sol";

// claim
// ├── when the rows are no whole number of rows, or none → RowsMalformed
// ├── when the signature is not the signer's (key, chain, contract, receiver, terms, amount, high s) → BadVoucher(row)
// ├── when the signer is the zero address → BadVoucher(row)
// ├── given the voucher is not above what is claimed → the row is skipped
// ├── given nothing was deposited → the row is skipped
// ├── given the voucher is above the deposit → pays up to the deposit
// ├── given the token is paused or a party blacklisted → as ever
// └── else → the difference is earned, once, whoever claims
contract ClaimTest is ChannelProtocol {
    function testFuzz_Claim(uint64 deposited, uint64 first, uint64 second) external {
        deposited = uint64(bound(deposited, 1, WEALTH));
        first = uint64(bound(first, 1, deposited));
        bytes32 channelId = fund(terms(), deposited);
        vm.expectEmit(address(channels));
        emit IPaymentChannels.BatchClaimed(provider.addr, first, abi.encodePacked(channelId, first));
        vm.prank(stranger.addr);
        assertEq(claim(first), first, "first");

        uint256 until = second < deposited ? second : deposited;
        uint256 gained = until > first ? until - first : 0;
        assertEq(claim(second), gained, "second");
        assertEq(claimedOf(terms()), first + gained, "claimed");
        assertEq(earnedBy(provider.addr), first + gained, "earned");
        assertEq(usdc.balanceOf(address(channels)), deposited, "no money moved");
    }

    function testFuzz_Claim_WhenRowsAreMalformed(uint256 length) external {
        fund(terms(), DEPOSIT);
        length = bound(length, 0, 240);
        vm.assume(length == 0 || length % 120 != 0);
        bytes memory rows = new bytes(length);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.RowsMalformed.selector, length));
        channels.claim(provider.addr, rows);
    }

    function test_Claim_GivenNotAboveWhatIsClaimed() external {
        fund(terms(), DEPOSIT);
        claim(10);
        vm.recordLogs();
        assertEq(claim(10), 0, "the same again");
        assertEq(claim(9), 0, "an older one");
        assertEq(vm.getRecordedLogs().length, 0, "and no event");
        assertEq(earnedBy(provider.addr), 10, "earned once");
    }

    function test_Claim_GivenNothingWasDeposited() external {
        assertEq(claim(10), 0, "nothing");
        assertEq(earnedBy(provider.addr), 0, "earned");
        fund(terms(), DEPOSIT);
        assertEq(claim(10), 10, "later");
    }

    function test_Claim_GivenAboveTheDeposit() external {
        fund(terms(), 7);
        assertEq(claim(type(uint64).max), 7, "up to the deposit");
        fund(terms(), 5);
        assertEq(claim(type(uint64).max), 5, "and the rest once it is there");
    }

    function test_Claim_GivenTheTokenIsPausedOrAPartyBlacklisted() external {
        fund(terms(), DEPOSIT);
        vm.startPrank(tokenAdmin);
        usdc.blacklist(provider.addr);
        usdc.blacklist(client.addr);
        usdc.blacklist(address(channels));
        usdc.pause();
        vm.stopPrank();
        assertEq(claim(10), 10, "entitled");
        assertEq(channels.withdrawable(provider.addr), 10, "withdrawable");
    }

    function testFuzz_Claim_WhenSomebodyElseSigned(uint256 secret, uint64 amount) external {
        secret = bound(secret, 1, type(uint128).max);
        vm.assume(vm.addr(secret) != client.addr);
        fund(terms(), DEPOSIT);
        refuse(rowOf(terms(), amount, signCompact(secret, voucherDigest(terms(), amount))));
    }

    function test_Claim_WhenSignedForAnotherChain() external {
        fund(terms(), DEPOSIT);
        bytes memory row = signedRow(client, terms(), 10);
        vm.chainId(137);
        PaymentChannels elsewhere = deployChannels(channelParameters());
        assertNotEq(elsewhere.channelIdOf(terms()), documentedId(terms()));
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.BadVoucher.selector, 0));
        elsewhere.claim(provider.addr, row);
        refuse(row);
    }

    function test_Claim_OnAnotherChain() external {
        vm.chainId(137);
        channels = deployChannels(channelParameters());
        approveChannels(client.addr);
        fund(terms(), DEPOSIT);
        assertEq(claim(10), 10, "signed for that chain");
    }

    function test_Claim_WhenSignedForAnotherContract() external {
        fund(terms(), DEPOSIT);
        bytes memory row = signedRow(client, terms(), 10);
        (PaymentChannels here, PaymentChannels twin) = (channels, deployChannels(channelParameters()));
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.BadVoucher.selector, 0));
        twin.claim(provider.addr, row);
        bytes32 domain = domainOf("PaymentChannels", "1", address(twin));
        bytes32 digest = voucherDigest(domain, documentedId(terms()), 10);
        channels = here;
        refuse(rowOf(terms(), 10, signCompact(client.secret, digest)));
    }

    function test_Claim_WhenForAnotherReceiver() external {
        fund(terms(), DEPOSIT);
        bytes memory row = signedRow(client, terms(), 10);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.BadVoucher.selector, 0));
        channels.claim(stranger.addr, row);
    }

    /// @dev Every bit of a row matters: terms, amount and signature.
    function testFuzz_Claim_WhenABitIsFlipped(uint256 bit) external {
        fund(terms(), DEPOSIT);
        bytes memory row = signedRow(client, terms(), 10);
        bit = bound(bit, 0, row.length * 8 - 1);
        row[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        refuse(row);
    }

    function test_Claim_WhenTheSignatureHasAHighS() external {
        fund(terms(), DEPOSIT);
        bytes memory twin = highTwin(sign(client.secret, voucherDigest(terms(), 10)));
        bytes memory compact = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) compact[i] = twin[i];
        if (uint8(twin[64]) == 28) compact[32] |= 0x80;
        refuse(rowOf(terms(), 10, compact));
    }

    function testFuzz_Claim_WhenTheSignerIsZero(bytes32 r, bytes32 vs) external {
        IPaymentChannels.Config memory config = terms();
        config.signer = address(0);
        refuse(rowOf(config, 10, abi.encodePacked(r, vs)));
    }

    function test_Claim_WhenOneRowIsForged_NamesItAndChangesNothing() external {
        fund(terms(), DEPOSIT);
        bytes memory good = signedRow(client, terms(), 10);
        bytes memory bad = signedRow(stranger, terms(), 20);
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.BadVoucher.selector, 1));
        channels.claim(provider.addr, bytes.concat(good, bad));
        assertEq(claimedOf(terms()), 0, "claimed");
    }

    function test_Claim_GivenRowsThatAreNotDue_TheOthersArePaid() external {
        (IPaymentChannels.Config memory empty, IPaymentChannels.Config memory low) = (terms(), terms());
        (empty.salt, low.salt) = (2, 3);
        bytes32 lowId = fund(low, 4);
        bytes32 fullId = fund(terms(), DEPOSIT);
        bytes memory rows = bytes.concat(
            signedRow(client, empty, 10), signedRow(client, low, 10), signedRow(client, terms(), 10), signedRow(client, terms(), 9)
        );
        vm.expectEmit(address(channels));
        bytes memory packed = abi.encodePacked(lowId, uint64(4), fullId, uint64(10));
        emit IPaymentChannels.BatchClaimed(provider.addr, 14, packed);
        assertEq(channels.claim(provider.addr, rows), 14, "total");
    }

    function refuse(bytes memory row) private {
        vm.expectRevert(abi.encodeWithSelector(IPaymentChannels.BadVoucher.selector, 0));
        channels.claim(provider.addr, row);
    }
}
