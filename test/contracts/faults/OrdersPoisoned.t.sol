// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {OrderProtocol} from "../orders/OrderProtocol.sol";

// A fault seen in others: one bad 1271 row poisons a batch.
contract OrdersPoisonedTest is OrderProtocol {
    uint256 private constant COUNT = 8;

    /// @dev Rows of misbehaving wallets stand between good ones, all in one batch.
    function test_fault_oneBad1271RowPoisoningABatch() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](COUNT);
        TestWallet.Mode[3] memory modes = [TestWallet.Mode.Refuse, TestWallet.Mode.Revert, TestWallet.Mode.BurnGas];
        for (uint96 i; i < COUNT; ++i) {
            rows_[i] = goodRow(i);
        }
        for (uint256 i; i < modes.length; ++i) {
            TestWallet wallet = walletWithReserve();
            rows_[2 * i + 1] = signedBy(client, walletOrder(wallet, 1), CHARGED);
            vm.prank(client.addr);
            wallet.setMode(modes[i]);
        }
        assertEq(settleAll(rows_), COUNT - modes.length, "all good rows");
        assertEq(reservedOf(client.addr), RESERVE - (COUNT - modes.length) * CHARGED, "reserve");
        assertEq(availableOf(provider.addr), (COUNT - modes.length) * EARNED, "provider");
    }

    /// @dev A wallet that burns what it gets costs the batch no more than its bound.
    function test_fault_oneBad1271RowPoisoningABatch_boundedGas() external {
        TestWallet wallet = walletWithReserve();
        IEscrowOrders.OrderSettlement[] memory rows_ =
            list(goodRow(1), signedBy(client, walletOrder(wallet, 1), CHARGED));
        vm.prank(client.addr);
        wallet.setMode(TestWallet.Mode.BurnGas);
        vm.prank(provider.addr);
        uint256 spent = gasleft();
        escrow.settleOrders{gas: 400_000}(rows_);
        spent -= gasleft();
        assertTrue(isUsed(client.addr, 1), "the good row is paid");
        assertLt(spent, 350_000, "gas");
    }

    /// @dev An EIP-7702 account can give its code back after its delegate agreed. The row is named, and the others are paid without it.
    function test_fault_oneBad1271RowPoisoningABatch_givenCodeThatWasGivenBack() external {
        delegate(other.addr);
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        order.client = other.addr;
        IEscrowOrders.OrderSettlement[] memory rows_ = list(goodRow(1), signedBy(stranger, order, CHARGED));
        vm.etch(other.addr, "");
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.BadRowSignature.selector, 1, other.addr));
        settleAll(rows_);
        assertTrue(settleOne(rows_[0]), "the row before it");
    }
}
