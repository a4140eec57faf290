// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {OrderProtocol} from "./OrderProtocol.sol";

// startCancel
// ├── when the mask is empty → stops what was started
// ├── when the word was started before → takes its place and restarts the clock; other words and clients are untouched
// └── else → the mask is on its way; nothing is used, orders still settle
// finishCancel
// ├── given nothing was started, or it was stopped or finished → CancelNotStarted
// ├── given the delay is not over → CancelNotRipe
// └── else → the nonces of the mask are used, those used before stay used, all others stay free
contract CancelTest is OrderProtocol {
    function testFuzz_StartCancel(uint256 word, uint256 mask) external {
        vm.assume(mask != 0);
        uint256 ripeAt = vm.getBlockTimestamp() + RELEASE_DELAY;
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.OrderCancelStarted(client.addr, word, mask, ripeAt);
        start(word, mask);
        assertNonces(word, 0, mask, ripeAt);
    }

    function test_StartCancel_LeavesOtherWordsAndClientsAlone() external {
        start(0, 1);
        start(1, 2);
        vm.prank(other.addr);
        escrow.startCancel(0, 4);
        uint256 ripeAt = vm.getBlockTimestamp() + RELEASE_DELAY;
        assertNonces(0, 0, 1, ripeAt);
        assertNonces(1, 0, 2, ripeAt);
        skip(RELEASE_DELAY);
        finish(0);
        assertNonces(0, 1, 0, 0);
        assertNonces(1, 0, 2, ripeAt);
        assertEq(usedOf(other.addr, 0), 0, "another client's nonces");
    }

    function test_StartCancel_WhenEmptyStopsIt() external {
        start(3, 5);
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.OrderCancelStarted(client.addr, 3, 0, 0);
        start(3, 0);
        assertNonces(3, 0, 0, 0);
        skip(RELEASE_DELAY);
        expectNotStarted(3);
        finish(3);
    }

    function testFuzz_StartCancel_AgainTakesItsPlaceAndRestartsTheClock(uint256 first, uint256 second, uint32 waited)
        external
    {
        vm.assume(first != 0 && second != 0);
        start(0, first);
        skip(bound(waited, 1, 2 * RELEASE_DELAY));
        start(0, second);
        uint256 ripeAt = vm.getBlockTimestamp() + RELEASE_DELAY;
        assertNonces(0, 0, second, ripeAt);
        skip(RELEASE_DELAY - 1);
        expectNotRipe(0, ripeAt);
        finish(0);
        skip(1);
        finish(0);
        assertNonces(0, second, 0, 0);
    }

    function testFuzz_FinishCancel(uint96 nonce, uint256 mask) external {
        uint256 word = nonce >> 8;
        mask |= 1 << (nonce & 0xff);
        start(word, mask);
        skip(RELEASE_DELAY);
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.OrdersCancelled(client.addr, word, mask);
        finish(word);
        assertNonces(word, mask, 0, 0);
        assertFalse(settleOne(goodRow(nonce)), "a cancelled order is not paid");
        expectNotStarted(word);
        finish(word);
    }

    function test_FinishCancel_GivenNothingWasStarted() external {
        expectNotStarted(9);
        finish(9);
    }

    function test_FinishCancel_GivenTheDelayIsNotOver() external {
        start(2, 1);
        uint256 ripeAt = vm.getBlockTimestamp() + RELEASE_DELAY;
        expectNotRipe(2, ripeAt);
        finish(2);
        skip(RELEASE_DELAY - 1);
        expectNotRipe(2, ripeAt);
        finish(2);
        assertNonces(2, 0, 1, ripeAt);
    }

    function test_FinishCancel_OrdersAreSettledUntilThen() external {
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        order.submitBy += 1 days;
        start(0, 2);
        skip(RELEASE_DELAY);
        assertTrue(settleOne(signedBy(client, order, CHARGED)), "ripe, but not finished");
        finish(0);
        assertNonces(0, 2, 0, 0);
        assertEq(reservedOf(client.addr), RESERVE - CHARGED, "a paid order stays paid");
    }

    function testFuzz_FinishCancel_GivenUsedNonces(uint8 used, uint256 mask) external {
        vm.assume(mask != 0);
        assertTrue(settleOne(goodRow(used)), "settled");
        uint256 bit = 1 << used;
        start(0, mask);
        assertEq(usedOf(client.addr, 0), bit, "nothing is used by starting");
        skip(RELEASE_DELAY);
        finish(0);
        assertNonces(0, bit | mask, 0, 0);
    }

    function testFuzz_FinishCancel_LeavesTheOthersFree(uint8 cancelled, uint8 free) external {
        vm.assume(cancelled != free);
        start(0, 1 << cancelled);
        skip(RELEASE_DELAY);
        finish(0);
        assertTrue(settleOne(goodRow(free)), "another nonce of the word");
        assertTrue(settleOne(goodRow(256 + uint96(cancelled))), "the same bit of another word");
        assertTrue(settleOne(rowFor(other, cancelled, CHARGED)), "the same nonce of another client");
        assertSkipped(goodRow(cancelled));
    }

    function start(uint256 word, uint256 mask) private {
        vm.prank(client.addr);
        escrow.startCancel(word, mask);
    }

    function finish(uint256 word) private {
        vm.prank(client.addr);
        escrow.finishCancel(word);
    }

    function expectNotStarted(uint256 word) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.CancelNotStarted.selector, client.addr, word));
    }

    function expectNotRipe(uint256 word, uint256 ripeAt) private {
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowOrders.CancelNotRipe.selector, client.addr, word, ripeAt)
        );
    }

    function assertNonces(uint256 word, uint256 used, uint256 cancelling, uint256 ripeAt) private view {
        (uint256 isUsed_, uint256 isCancelling, uint256 isRipeAt) = escrow.noncesOf(client.addr, word);
        assertEq(isUsed_, used, "used");
        assertEq(isCancelling, cancelling, "cancelling");
        assertEq(isRipeAt, ripeAt, "ripe at");
    }
}
