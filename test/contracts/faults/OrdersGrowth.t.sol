// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {OrderProtocol} from "../orders/OrderProtocol.sol";

// A fault seen in others: cost that grows with open orders. Property 32: nothing costs more because of what was before.
contract OrdersGrowthTest is OrderProtocol {
    uint96 private constant HISTORY = 10_000;
    uint96 private constant EARLY = 10;

    function test_fault_growingCostWithOpenOrders() external {
        reserveFor(client, uint64(HISTORY) * CHARGED);
        uint256 early;
        for (uint96 i = 1; i <= HISTORY; ++i) {
            uint256 gas_ = this.gasOfSettling(i);
            if (i == EARLY) early = gas_;
            if (i == HISTORY) assertEq(gas_, early, "gas");
        }
        assertTrue(isUsed(client.addr, EARLY) && isUsed(client.addr, HISTORY), "both were paid");
    }

    /// @dev Cancellations of 10,000 words are on their way, that of the orders' own word among them.
    function test_fault_growingCostWithOpenOrders_givenOpenCancellations() external {
        this.gasOfSettling(1);
        uint256 settling = this.gasOfSettling(2);
        uint256 early;
        for (uint256 i = 1; i <= HISTORY; ++i) {
            uint256 gas_ = this.gasOfCancelling(HISTORY - i);
            if (i == EARLY) early = gas_;
            if (i == HISTORY) assertEq(gas_, early, "gas of a cancellation");
        }
        assertEq(this.gasOfSettling(3), settling, "gas of a settlement");
    }

    /// @dev Measured in a call of its own, for memory costs more the more of it was used before.
    function gasOfSettling(uint96 nonce) external returns (uint256 gas_) {
        return this.gasOf(list(evenRow(nonce)));
    }

    function gasOf(IEscrowOrders.OrderSettlement[] calldata rows_) external returns (uint256 gas_) {
        vm.prank(provider.addr);
        gas_ = gasleft();
        uint256 settled = escrow.settleOrders(rows_);
        gas_ -= gasleft();
        assertEq(settled, rows_.length, "settled");
    }

    /// @dev A signature of parity 28 costs one comparison more, so that only those of parity 27 compare.
    function evenRow(uint96 nonce) private view returns (IEscrowOrders.OrderSettlement memory row) {
        row = goodRow(nonce);
        for (uint256 salt = 1; row.clientSignature[64] != bytes1(uint8(27)); ++salt) {
            row.order.inputCommit = bytes32(salt);
            row = signedBy(client, row.order, CHARGED);
        }
    }

    function gasOfCancelling(uint256 word) external returns (uint256 gas_) {
        vm.prank(client.addr);
        gas_ = gasleft();
        escrow.startCancel(word, type(uint256).max);
        gas_ -= gasleft();
    }
}
