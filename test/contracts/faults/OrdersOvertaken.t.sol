// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "../../../contracts/interfaces/IEscrowAccounts.sol";
import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {OrderProtocol} from "../orders/OrderProtocol.sol";

// Faults seen in others: money or rights that leave ahead of a settlement.
contract OrdersOvertakenTest is OrderProtocol {
    function test_fault_withdrawalAheadOfSignedOrders() external {
        IEscrowOrders.OrderSettlement memory row = lasting(1);
        vm.startPrank(client.addr);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowAccounts.InsufficientBalance.selector, client.addr, 0, RESERVE)
        );
        escrow.withdraw(client.addr, RESERVE);
        escrow.startRelease(RESERVE);
        uint256 releaseAt = vm.getBlockTimestamp() + RELEASE_DELAY;
        skip(RELEASE_DELAY - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowOrders.ReleaseNotRipe.selector, client.addr, releaseAt)
        );
        escrow.finishRelease();
        vm.stopPrank();
        assertTrue(settleOne(row), "the provider saw ReleaseStarted and is in time");
        skip(1);
        vm.prank(client.addr);
        assertEq(escrow.finishRelease(), RESERVE - CHARGED, "the rest alone");
    }

    /// @dev A release that was ripe before an order was signed can leave at once: the account shows it to whoever asks before serving.
    function test_fault_withdrawalAheadOfSignedOrders_givenItWasRipeBefore() external {
        vm.prank(client.addr);
        escrow.startRelease(RESERVE - CHARGED);
        skip(RELEASE_DELAY);
        IEscrowAccounts.Account memory account = escrow.accountOf(client.addr);
        assertLe(account.releaseAt, vm.getBlockTimestamp(), "ripe, as anybody sees");
        assertEq(account.reserved - account.releasing, CHARGED, "what still backs orders");
        IEscrowOrders.OrderSettlement[] memory rows_ = list(lasting(1), lasting(2));
        vm.prank(client.addr);
        escrow.finishRelease();
        assertEq(settleAll(rows_), 1, "as much as was to be seen");
    }

    /// @dev What is reserved after a release became ripe does not leave with it, beyond the amount that was started.
    function test_fault_withdrawalRaisedWhenRipe() external {
        vm.prank(client.addr);
        escrow.startRelease(CHARGED);
        skip(RELEASE_DELAY);
        depositFor(client, CHARGED);
        vm.startPrank(client.addr);
        escrow.reserve(CHARGED);
        assertEq(escrow.finishRelease(), CHARGED, "what was started");
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.ReleaseNotStarted.selector, client.addr));
        escrow.finishRelease();
        escrow.startRelease(1);
        skip(RELEASE_DELAY);
        escrow.startRelease(RESERVE);
        vm.expectPartialRevert(IEscrowOrders.ReleaseNotRipe.selector);
        escrow.finishRelease();
        vm.stopPrank();
        assertEq(reservedOf(client.addr), RESERVE, "the reserve is whole");
    }

    function test_fault_cancelAheadOfSettlement() external {
        IEscrowOrders.OrderSettlement memory row = lasting(1);
        vm.startPrank(client.addr);
        escrow.startCancel(0, type(uint256).max);
        skip(RELEASE_DELAY - 1);
        vm.expectPartialRevert(IEscrowOrders.CancelNotRipe.selector);
        escrow.finishCancel(0);
        vm.stopPrank();
        assertTrue(settleOne(row), "the provider saw OrderCancelStarted and is in time");
        skip(1);
        vm.prank(client.addr);
        escrow.finishCancel(0);
        assertEq(reservedOf(client.addr), RESERVE - CHARGED, "paid for good");
    }

    /// @dev A cancellation that was ripe before the order was signed can be finished at once: the nonces show it before serving.
    function test_fault_cancelAheadOfSettlement_givenItWasRipeBefore() external {
        vm.prank(client.addr);
        escrow.startCancel(0, 2);
        skip(RELEASE_DELAY);
        (uint256 used, uint256 cancelling, uint256 ripeAt) = escrow.noncesOf(client.addr, 0);
        assertEq(used, 0, "not used");
        assertEq(cancelling, 2, "yet on its way");
        assertLe(ripeAt, vm.getBlockTimestamp(), "and ripe, as anybody sees");
        IEscrowOrders.OrderSettlement[] memory rows_ = list(lasting(1), lasting(2));
        vm.prank(client.addr);
        escrow.finishCancel(0);
        assertEq(settleAll(rows_), 1, "the nonce that was not on its way");
        assertTrue(isUsed(client.addr, 2), "that one");
    }

    /// @dev What was to be cancelled cannot be widened once it is ripe.
    function test_fault_cancelAheadOfSettlement_whenRaisedWhenRipe() external {
        vm.startPrank(client.addr);
        escrow.startCancel(0, 1);
        skip(RELEASE_DELAY);
        escrow.startCancel(0, 3);
        vm.expectPartialRevert(IEscrowOrders.CancelNotRipe.selector);
        escrow.finishCancel(0);
        vm.stopPrank();
        assertTrue(settleOne(lasting(1)), "in time");
    }

    function testFuzz_fault_ordersSettledByAStrangerForNothing(address caller, uint64 charged) external {
        vm.assume(caller != provider.addr);
        IEscrowOrders.OrderSettlement[] memory rows_ = list(rowFor(client, 1, uint64(bound(charged, 0, PRICE))));
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowOrders.NotOrderProvider.selector, 0, provider.addr, caller)
        );
        vm.prank(caller);
        escrow.settleOrders(rows_);
        assertFalse(isUsed(client.addr, 1), "the nonce is the provider's to use");
        assertTrue(settleOne(goodRow(1)), "it is paid in full");
    }

    /// @dev A provider cannot use up nonces of orders that name another one, by a row of its own in front.
    function test_fault_ordersSettledByAStrangerForNothing_behindARowOfItsOwn() external {
        IEscrowOrders.JobOrder memory own = jobOrder(2);
        own.provider = stranger.addr;
        IEscrowOrders.OrderSettlement[] memory rows_ =
            list(signedBy(client, own, 0), rowFor(client, 1, 0));
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowOrders.NotOrderProvider.selector, 1, provider.addr, stranger.addr)
        );
        vm.prank(stranger.addr);
        escrow.settleOrders(rows_);
    }

    function test_fault_feeChangeThatStrandsMoney() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = list(lasting(1), lasting(2));
        vm.prank(owner);
        escrow.setFee(500);
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR, 3_000, IModelRegistry.AccessPolicy.Public, 0);
        skip(30 days - 1);
        vm.expectPartialRevert(IEscrowAccounts.FeeChangedRecently.selector);
        vm.prank(owner);
        escrow.setFee(0);
        assertEq(settleAll(rows_), 2, "paid, 30 days long");
        assertEq(availableOf(provider.addr), 2 * EARNED, "at the rates that the client signed");
        vm.startPrank(client.addr);
        escrow.startRelease(RESERVE - 2 * CHARGED);
        skip(RELEASE_DELAY);
        assertEq(escrow.finishRelease(), RESERVE - 2 * CHARGED, "what no order took leaves at whatever fee");
        vm.stopPrank();
    }

    /// @dev Paused creation, a wallet that changed its mind, a full ledger of used nonces: the reserve leaves by its owner's word alone.
    function testFuzz_fault_prepaidBalanceThatCannotLeave(uint64 drawn, uint256 mask) external {
        drawn = uint64(bound(drawn, 0, RESERVE - 1));
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        order.price = RESERVE;
        assertTrue(settleOne(signedBy(client, order, drawn)), "settled");
        vm.prank(guardian);
        escrow.pauseCreation();
        vm.startPrank(client.addr);
        escrow.startCancel(0, mask);
        uint64 rest = RESERVE - drawn;
        escrow.startRelease(rest);
        skip(RELEASE_DELAY);
        assertEq(escrow.finishRelease(), rest, "released");
        uint256 before = usdc.balanceOf(client.addr);
        escrow.withdraw(client.addr, rest);
        vm.stopPrank();
        assertEq(usdc.balanceOf(client.addr), before + rest, "to the last unit");
        assertEq(reservedOf(client.addr), 0, "nothing stays");
    }

    function test_fault_refundConsumedTwice() external {
        vm.startPrank(client.addr);
        escrow.startRelease(RESERVE);
        skip(RELEASE_DELAY);
        escrow.finishRelease();
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.ReleaseNotStarted.selector, client.addr));
        escrow.finishRelease();
        escrow.withdraw(client.addr, RESERVE);
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.InsufficientReserve.selector, client.addr, 0, 1));
        escrow.startRelease(1);
        vm.stopPrank();
        assertFalse(settleOne(goodRow(1)), "nothing is left for orders either");
        assertEq(usdc.balanceOf(address(escrow)), RESERVE, "the other client's money is untouched");
    }

    function lasting(uint96 nonce) private view returns (IEscrowOrders.OrderSettlement memory row) {
        IEscrowOrders.JobOrder memory order = jobOrder(nonce);
        order.submitBy += 365 days;
        return signedBy(client, order, CHARGED);
    }
}
