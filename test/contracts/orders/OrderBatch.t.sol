// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {OrderProtocol} from "./OrderProtocol.sol";

// settleOrders, when rows of several clients, words and models stand in one batch
// ├── interleaved (A, B, A) → every client's nonces and reserve, and every model's proceeds, as if they stood together
// ├── with skipped rows between them → what is skipped forgets nothing
// ├── a hundred rows → all are paid
// └── in whatever order and whatever they are → the same as one settlement per row
contract OrderBatchTest is OrderProtocol {
    struct State {
        uint256 reservedByClient;
        uint256 reservedByOther;
        uint256 earned;
        bytes32 nonces;
        bytes32 proceeds;
    }

    function test_OrderBatch_InterleavedClients() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](5);
        (rows_[0], rows_[1], rows_[2]) = (rowFor(client, 1, 11), rowFor(other, 1, 13), rowFor(client, 2, 17));
        (rows_[3], rows_[4]) = (rowFor(other, 2, 19), rowFor(client, 3, 23));
        assertEq(settleAll(rows_), 5, "settled");
        assertEq(reservedOf(client.addr), RESERVE - 51, "one client");
        assertEq(reservedOf(other.addr), RESERVE - 32, "the other");
        assertEq(usedOf(client.addr, 0), 14, "nonces of one");
        assertEq(usedOf(other.addr, 0), 6, "nonces of the other");
        assertEq(settleAll(rows_), 0, "all of them are used");
    }

    function test_OrderBatch_InterleavedWords() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](5);
        (rows_[0], rows_[1], rows_[2]) = (rowFor(client, 1, 11), rowFor(client, 257, 13), rowFor(client, 0, 17));
        (rows_[3], rows_[4]) = (rowFor(client, 256, 19), rowFor(client, 1, 23));
        assertEq(settleAll(rows_), 4, "the last nonce is used");
        assertEq(usedOf(client.addr, 0), 3, "first word");
        assertEq(usedOf(client.addr, 1), 3, "second word");
        assertEq(reservedOf(client.addr), RESERVE - 60, "reserve");
    }

    function test_OrderBatch_TheFirstAndTheLastNonce() external {
        uint96 last = type(uint96).max;
        assertEq(settleAll(list(rowFor(client, last, 1), rowFor(client, 0, 1))), 2, "settled");
        assertEq(usedOf(client.addr, last >> 8), 1 << 255, "last");
        assertEq(usedOf(client.addr, 0), 1, "first");
    }

    function test_OrderBatch_InterleavedModels() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](4);
        (rows_[0], rows_[1]) = (goodRow(1), ofSecondModel(2));
        (rows_[2], rows_[3]) = (goodRow(3), ofSecondModel(4));
        for (uint256 i; i < rows_.length; ++i) {
            expectSettled(rows_[i].order, CHARGED);
        }
        assertEq(settleAll(rows_), 4, "settled");
        assertEq(escrow.proceedsOf(MODEL).royalty, 2 * ROYALTY, "royalty");
        assertEq(escrow.proceedsOf(MODEL).fee, 2 * FEE, "fee");
        assertEq(escrow.proceedsOf(SECOND_MODEL).royalty, 4 * ROYALTY, "the second model's royalty");
        assertEq(escrow.proceedsOf(SECOND_MODEL).fee, 2 * FEE, "the second model's fee");
        assertEq(availableOf(provider.addr), 4 * EARNED - 2 * ROYALTY, "provider");
    }

    /// @dev The rows of other accounts between them are skipped in every way there is.
    function test_OrderBatch_SkippedRowsBetween() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](7);
        (rows_[0], rows_[2], rows_[4]) = (goodRow(1), goodRow(2), goodRow(1));
        rows_[6] = goodRow(3);
        rows_[1] = rowFor(stranger, 1, 1);
        rows_[3] = goodRow(300);
        rows_[3].order.modelKey = "unknown";
        rows_[5] = rowFor(other, 1, CHARGED);
        rows_[5].order.feeBps = 0;
        assertEq(settleAll(rows_), 3, "settled");
        assertEq(usedOf(client.addr, 0), 14, "nonces");
        assertEq(usedOf(client.addr, 1) | usedOf(other.addr, 0) | usedOf(stranger.addr, 0), 0, "nonces of skipped rows");
        assertEq(reservedOf(client.addr), RESERVE - 3 * CHARGED, "reserve");
        assertEq(availableOf(provider.addr), 3 * EARNED, "provider");
        assertEq(escrow.proceedsOf(MODEL).royalty, 3 * ROYALTY, "royalty");
    }

    function test_OrderBatch_AHundredRows() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](100);
        for (uint96 i; i < 100; ++i) {
            rows_[i] = goodRow(i);
        }
        assertEq(settleAll(rows_), 100, "settled");
        assertEq(usedOf(client.addr, 0), (1 << 100) - 1, "nonces");
        assertEq(reservedOf(client.addr), RESERVE - 100 * CHARGED, "reserve");
        assertEq(availableOf(provider.addr), 100 * EARNED, "provider");
        assertEq(escrow.proceedsOf(MODEL).fee, 100 * FEE, "fee");
        assertEq(escrow.proceedsOf(MODEL).royalty, 100 * ROYALTY, "royalty");
    }

    /// @dev All is drawn from few values, so that rows meet, fail and repeat.
    function testFuzz_OrderBatch_IsTheSameAsOneSettlementPerRow(uint256 seed) external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](12);
        for (uint256 i; i < rows_.length; ++i) {
            rows_[i] = drawn(uint256(keccak256(abi.encode(seed, i))));
        }
        uint256 snapshot = vm.snapshotState();
        uint256 settled = settleAll(rows_);
        bytes memory together = abi.encode(settled, state());
        assertTrue(vm.revertToState(snapshot), "reverted");
        settled = 0;
        for (uint256 i; i < rows_.length; ++i) {
            if (settleOne(rows_[i])) ++settled;
        }
        assertEq(together, abi.encode(settled, state()), "the books");
        assertGt(settled, 0, "some are paid");
    }

    function drawn(uint256 dice) private view returns (IEscrowOrders.OrderSettlement memory row) {
        Key memory payer = dice & 1 == 0 ? client : other;
        IEscrowOrders.JobOrder memory order = jobOrder(uint96(((dice >> 8) % 2) * 256 + (dice >> 16) % 3));
        order.client = payer.addr;
        if ((dice >> 24) % 3 == 0) (order.modelKey, order.royaltyBps) = (SECOND_MODEL, 2 * ROYALTY_BPS);
        if ((dice >> 32) % 8 == 0) order.feeBps = 0;
        if ((dice >> 40) % 8 == 0) order.modelKey = "unknown";
        order.price = RESERVE;
        uint64 charged = uint64((dice >> 64) % (RESERVE / 2));
        return signedBy(payer, order, charged);
    }

    function state() private view returns (State memory) {
        return State(
            reservedOf(client.addr),
            reservedOf(other.addr),
            availableOf(provider.addr),
            keccak256(
                abi.encode(
                    usedOf(client.addr, 0), usedOf(client.addr, 1), usedOf(other.addr, 0), usedOf(other.addr, 1)
                )
            ),
            keccak256(abi.encode(escrow.proceedsOf(MODEL), escrow.proceedsOf(SECOND_MODEL)))
        );
    }

    function ofSecondModel(uint96 nonce) private view returns (IEscrowOrders.OrderSettlement memory row) {
        IEscrowOrders.JobOrder memory order = jobOrder(nonce);
        (order.modelKey, order.royaltyBps) = (SECOND_MODEL, 2 * ROYALTY_BPS);
        return signedBy(client, order, CHARGED);
    }
}
