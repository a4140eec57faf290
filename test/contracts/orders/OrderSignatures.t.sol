// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable avoid-low-level-calls

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {CallingWallet} from "./CallingWallet.sol";
import {OrderProtocol} from "./OrderProtocol.sol";

// settleOrders, whose signature
// ├── when the client's key signed, in 65 bytes or in EIP-2098's 64 → paid
// ├── given a client without code
// │   └── when another key, other terms, a high s, an odd v, another length → BadRowSignature(row, client), nothing is paid
// ├── given a client with code
// │   ├── when its key signed (EIP-7702) or its code agrees → paid
// │   ├── when its code refuses, reverts or burns its gas → the row is skipped
// │   └── when its code calls back → it can change nothing
// └── when a field has bits above its type → reverts
contract OrderSignaturesTest is OrderProtocol {
    function testFuzz_OrderSignatures_BothForms(uint96 nonce, bool compact) external {
        IEscrowOrders.JobOrder memory order = jobOrder(nonce);
        bytes32 id = documentedOrderId(order);
        bytes memory signature = compact ? signCompact(client.secret, id) : sign(client.secret, id);
        expectSettled(order, CHARGED);
        assertTrue(settleOne(rowOf(order, CHARGED, signature)), "paid");
    }

    function testFuzz_OrderSignatures_WhenTheClientDidNotSign(bytes calldata signature) external {
        assertBad(rowOf(jobOrder(2), CHARGED, signature));
    }

    function test_OrderSignatures_WhenAnotherKeySigned() external {
        assertBad(signedBy(stranger, jobOrder(2), CHARGED));
        assertBad(signedBy(provider, jobOrder(2), CHARGED));
    }

    function test_OrderSignatures_WhenMalformed() external {
        bytes memory good = sign(client.secret, documentedOrderId(jobOrder(2)));
        assertBad(rowOf(jobOrder(2), CHARGED, highTwin(good)));
        assertBad(rowOf(jobOrder(2), CHARGED, bytes.concat(good, hex"00")));
        assertBad(rowOf(jobOrder(2), CHARGED, ""));
        good[64] = bytes1(uint8(good[64]) - 27);
        assertBad(rowOf(jobOrder(2), CHARGED, good));
    }

    function testFuzz_OrderSignatures_WhenATermDiffers(uint8 field) external {
        IEscrowOrders.OrderSettlement memory row = goodRow(2);
        field = uint8(bound(field, 0, 4));
        if (field == 0) row.order.inputCommit = "another input";
        if (field == 1) row.order.price += 1;
        if (field == 2) row.order.submitBy += 1;
        if (field == 3) row.order.nonce += 1;
        if (field == 4) row.order.client = other.addr;
        assertBad(row);
    }

    /// @dev Nobody has the zero address's key, and a signature that recovers nothing is not its.
    function test_OrderSignatures_WhenTheClientIsZero() external {
        IEscrowOrders.JobOrder memory order = jobOrder(2);
        order.client = address(0);
        IEscrowOrders.OrderSettlement memory row = rowOf(order, 0, abi.encodePacked(bytes32(0), bytes32(0), uint8(27)));
        assertBad(row);
        expectBad(0, address(0));
        settleOne(row);
    }

    function test_OrderSignatures_GivenAWallet_WhenItAgrees() external {
        TestWallet wallet = walletWithReserve();
        IEscrowOrders.JobOrder memory order = walletOrder(wallet, 1);
        expectSettled(order, CHARGED);
        assertTrue(settleOne(signedBy(client, order, CHARGED)), "paid");
        assertEq(reservedOf(address(wallet)), RESERVE - CHARGED, "by the wallet");
        assertEq(reservedOf(client.addr), RESERVE, "not by its owner");
    }

    function test_OrderSignatures_GivenAWallet_WhenItsOwnerDidNotSign() external {
        assertSkipped(signedBy(stranger, walletOrder(walletWithReserve(), 1), CHARGED));
    }

    function test_OrderSignatures_GivenAWallet_WhenItRefuses() external {
        assertSkippedIn(TestWallet.Mode.Refuse);
    }

    function test_OrderSignatures_GivenAWallet_WhenItReverts() external {
        assertSkippedIn(TestWallet.Mode.Revert);
    }

    function test_OrderSignatures_GivenAWallet_WhenItBurnsItsGas() external {
        assertSkippedIn(TestWallet.Mode.BurnGas);
    }

    function test_OrderSignatures_GivenAWallet_WhenItAnswersWithABomb() external {
        TestWallet wallet = walletWithReserve();
        vm.prank(client.addr);
        wallet.setMode(TestWallet.Mode.ReturnBomb);
        assertTrue(settleOne(signedBy(client, walletOrder(wallet, 1), CHARGED)), "its first word says yes");
    }

    /// @dev A wallet may change its mind: nothing is lost, the order is settled when it agrees again.
    function test_OrderSignatures_GivenAWallet_WhenItChangesItsMind() external {
        TestWallet wallet = walletWithReserve();
        IEscrowOrders.OrderSettlement memory row = signedBy(client, walletOrder(wallet, 1), CHARGED);
        vm.prank(client.addr);
        wallet.setMode(TestWallet.Mode.Refuse);
        assertFalse(settleOne(row), "refused");
        vm.prank(client.addr);
        wallet.setMode(TestWallet.Mode.Honest);
        assertTrue(settleOne(row), "paid");
    }

    function test_OrderSignatures_GivenA7702Account() external {
        delegate(client.addr);
        assertTrue(settleOne(goodRow(1)), "its key signed");
        assertTrue(settleOne(signedBy(stranger, jobOrder(2), CHARGED)), "its delegate agrees");
        assertSkipped(signedBy(provider, jobOrder(3), CHARGED));
    }

    /// @dev Whether it calls a guarded function or one without a guard: a static call changes nothing.
    function test_OrderSignatures_GivenAWallet_WhenItCallsBack() external {
        bytes[3] memory calls = [
            abi.encodeCall(IEscrowOrders.settleOrders, (list(goodRow(1)))),
            abi.encodeCall(IEscrowOrders.startRelease, (0)),
            abi.encodeCall(IEscrowOrders.startCancel, (0, 0))
        ];
        for (uint96 i; i < calls.length; ++i) {
            CallingWallet wallet = new CallingWallet(address(escrow), calls[i]);
            (bool free,) = address(escrow).call(calls[2]);
            assertTrue(free, "works when nothing else goes on");
            IEscrowOrders.JobOrder memory order = jobOrder(i);
            order.client = address(wallet);
            assertTrue(settleOne(rowOf(order, 0, "")), "it agrees if its call failed");
        }
        assertEq(usedOf(client.addr, 0), 0, "nothing else was settled");
    }

    function testFuzz_OrderSignatures_WhenAFieldIsOutOfRange(uint8 field, uint256 dirt) external {
        uint8[7] memory fields = [0, 1, 4, 5, 6, 7, 8];
        uint8[7] memory bits = [160, 160, 64, 40, 16, 16, 96];
        field = uint8(bound(field, 0, 6));
        dirt = bound(dirt, 1, type(uint256).max >> bits[field]) << bits[field];
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        bytes memory words = abi.encode(order);
        soil(words, uint256(fields[field]) * 32, dirt);
        bytes32 id = digestOf(escrowDomain(), keccak256(bytes.concat(JOB_ORDER_TYPEHASH, words)));
        bytes memory signature = sign(client.secret, id);
        bytes memory data = abi.encodeCall(IEscrowOrders.settleOrders, (list(rowOf(order, CHARGED, signature))));
        // Before the order's words: the selector, the list's offset and length, the row's offset.
        soil(data, 4 + 3 * 32 + uint256(fields[field]) * 32, dirt);
        vm.prank(provider.addr);
        (bool done,) = address(escrow).call(data);
        assertFalse(done, "reverted");
        assertEq(usedOf(client.addr, 0), 0, "nothing settled");
    }

    function soil(bytes memory data, uint256 position, uint256 dirt) private pure {
        assembly ("memory-safe") {
            let place := add(add(data, 0x20), position)
            mstore(place, or(mload(place), dirt))
        }
    }

    function assertSkippedIn(TestWallet.Mode mode) private {
        TestWallet wallet = walletWithReserve();
        vm.prank(client.addr);
        wallet.setMode(mode);
        assertSkipped(signedBy(client, walletOrder(wallet, 1), CHARGED));
    }

    function assertBad(IEscrowOrders.OrderSettlement memory bad) private {
        IEscrowOrders.OrderSettlement[] memory rows_ = list(goodRow(1), bad);
        expectBad(1, bad.order.client);
        settleAll(rows_);
        assertEq(usedOf(client.addr, 0), 0, "nonces");
        assertEq(reservedOf(client.addr), RESERVE, "reserve");
    }

    function expectBad(uint256 row, address payer) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.BadRowSignature.selector, row, payer));
    }
}
