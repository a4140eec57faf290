// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IEscrowAccounts} from "../../../contracts/interfaces/IEscrowAccounts.sol";
import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {OrderProtocol} from "./OrderProtocol.sol";

// reserve
// ├── when the amount is zero → ZeroAmount
// ├── given too little is available → InsufficientBalance
// ├── when the reserve would outgrow 56 bits → the cast's reason
// ├── given creation is paused → as otherwise
// └── else → moves from available to reserved; what is being released stays as it is
// startRelease
// ├── when more than is reserved → InsufficientReserve
// ├── when zero → stops what was started
// ├── when it was started before → takes its place and restarts the clock
// ├── given the moment of release no longer fits its field → the cast's reason
// └── else → the amount is on its way, the balance unchanged
// finishRelease
// ├── given nothing was started, or it was stopped or finished → ReleaseNotStarted
// ├── given the delay is not over → ReleaseNotRipe
// ├── given orders drew on it → releases what they left, even nothing
// └── else → the amount is available, the rest stays reserved
contract ReserveTest is OrderProtocol {
    function testFuzz_Reserve(uint64 deposited, uint64 amount) external {
        deposited = uint64(bound(deposited, 1, WEALTH));
        amount = uint64(bound(amount, 1, deposited));
        depositFor(stranger, deposited);
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.Reserved(stranger.addr, amount);
        vm.prank(stranger.addr);
        escrow.reserve(amount);
        assertAccount(stranger.addr, deposited - amount, amount, 0, 0);
    }

    function test_Reserve_AddsToWhatIsReservedAndLeavesTheReleaseAlone() external {
        uint256 releaseAt = start(7);
        skip(10);
        reserveFor(client, 5);
        assertAccount(client.addr, 0, RESERVE + 5, 7, releaseAt);
    }

    function test_Reserve_WhenZero() external {
        vm.expectRevert(IEscrowAccounts.ZeroAmount.selector);
        vm.prank(client.addr);
        escrow.reserve(0);
    }

    function testFuzz_Reserve_GivenTooLittleIsAvailable(uint64 available, uint64 amount) external {
        available = uint64(bound(available, 0, WEALTH));
        amount = uint64(bound(amount, available + 1, type(uint64).max));
        if (available != 0) depositFor(client, available);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowAccounts.InsufficientBalance.selector, client.addr, available, amount)
        );
        vm.prank(client.addr);
        escrow.reserve(amount);
        assertAccount(client.addr, available, RESERVE, 0, 0);
    }

    function test_Reserve_WhenItWouldOutgrowItsField() external {
        uint64 most = type(uint56).max;
        vm.prank(tokenAdmin);
        usdc.mint(client.addr, most);
        depositFor(client, most);
        vm.expectRevert(
            abi.encodeWithSelector(
                SafeCast.SafeCastOverflowedUintDowncast.selector, 56, uint256(most) + 1
            )
        );
        vm.prank(client.addr);
        escrow.reserve(most - RESERVE + 1);
        assertAccount(client.addr, most, RESERVE, 0, 0);

        vm.prank(client.addr);
        escrow.reserve(most - RESERVE);
        assertAccount(client.addr, RESERVE, most, 0, 0);
        start(most);
        skip(RELEASE_DELAY);
        assertEq(finish(), most, "all of it leaves");
    }

    function test_Reserve_GivenCreationIsPaused() external {
        depositFor(client, 5);
        vm.prank(guardian);
        escrow.pauseCreation();
        vm.prank(client.addr);
        escrow.reserve(5);
        assertAccount(client.addr, 0, RESERVE + 5, 0, 0);
    }

    function testFuzz_StartRelease(uint64 amount) external {
        amount = uint64(bound(amount, 1, RESERVE));
        uint256 releaseAt = vm.getBlockTimestamp() + RELEASE_DELAY;
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.ReleaseStarted(client.addr, amount, releaseAt);
        start(amount);
        assertAccount(client.addr, 0, RESERVE, amount, releaseAt);
    }

    function testFuzz_StartRelease_WhenMoreThanIsReserved(uint64 amount) external {
        amount = uint64(bound(amount, RESERVE + 1, type(uint64).max));
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowOrders.InsufficientReserve.selector, client.addr, RESERVE, amount)
        );
        start(amount);
        assertAccount(client.addr, 0, RESERVE, 0, 0);
    }

    function test_StartRelease_WhenZeroStopsIt() external {
        start(5);
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.ReleaseStarted(client.addr, 0, 0);
        start(0);
        assertAccount(client.addr, 0, RESERVE, 0, 0);
        skip(RELEASE_DELAY);
        expectNotStarted(client.addr);
        finish();
    }

    function test_StartRelease_WhenZeroOfNothing() external {
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.ReleaseStarted(stranger.addr, 0, 0);
        vm.prank(stranger.addr);
        escrow.startRelease(0);
        assertAccount(stranger.addr, 0, 0, 0, 0);
    }

    function testFuzz_StartRelease_AgainRestartsTheClock(uint32 waited, uint64 second) external {
        start(RESERVE);
        skip(bound(waited, 1, 2 * RELEASE_DELAY));
        second = uint64(bound(second, 1, RESERVE));
        uint256 releaseAt = start(second);
        assertAccount(client.addr, 0, RESERVE, second, releaseAt);
        skip(RELEASE_DELAY - 1);
        expectNotRipe(releaseAt);
        finish();
        skip(1);
        assertEq(finish(), second, "only the second amount");
    }

    function test_StartRelease_GivenItsMomentNoLongerFits() external {
        uint256 last = type(uint32).max - RELEASE_DELAY;
        vm.warp(last + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                SafeCast.SafeCastOverflowedUintDowncast.selector, 32, uint256(type(uint32).max) + 1
            )
        );
        start(1);
        vm.warp(last);
        start(1);
        assertAccount(client.addr, 0, RESERVE, 1, type(uint32).max);
    }

    function testFuzz_FinishRelease(uint64 amount) external {
        amount = uint64(bound(amount, 1, RESERVE));
        start(amount);
        skip(RELEASE_DELAY);
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.ReleaseFinished(client.addr, amount);
        assertEq(finish(), amount, "returned");
        assertAccount(client.addr, amount, RESERVE - amount, 0, 0);
        expectNotStarted(client.addr);
        finish();
    }

    function test_FinishRelease_GivenNothingWasStarted() external {
        expectNotStarted(client.addr);
        finish();
    }

    function test_FinishRelease_GivenTheDelayIsNotOver() external {
        uint256 releaseAt = start(5);
        expectNotRipe(releaseAt);
        finish();
        skip(RELEASE_DELAY - 1);
        expectNotRipe(releaseAt);
        finish();
        assertAccount(client.addr, 0, RESERVE, 5, releaseAt);
    }

    function testFuzz_FinishRelease_GivenOrdersDrewOnIt(uint64 releasing, uint64 drawn) external {
        releasing = uint64(bound(releasing, 1, RESERVE));
        drawn = uint64(bound(drawn, 1, RESERVE));
        start(releasing);
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        (order.price, order.submitBy) = (RESERVE, order.submitBy + 1 days);
        assertTrue(settleOne(signedBy(client, order, drawn)), "drawn");
        skip(RELEASE_DELAY);
        uint64 left = RESERVE - drawn;
        uint64 released = releasing < left ? releasing : left;
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.ReleaseFinished(client.addr, released);
        assertEq(finish(), released, "what is left of it");
        assertAccount(client.addr, released, left - released, 0, 0);
    }

    function start(uint64 amount) private returns (uint256 releaseAt) {
        vm.prank(client.addr);
        escrow.startRelease(amount);
        return vm.getBlockTimestamp() + RELEASE_DELAY;
    }

    function finish() private returns (uint64 released) {
        vm.prank(client.addr);
        return escrow.finishRelease();
    }

    function expectNotStarted(address account) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.ReleaseNotStarted.selector, account));
    }

    function expectNotRipe(uint256 releaseAt) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.ReleaseNotRipe.selector, client.addr, releaseAt));
    }

    function assertAccount(address holder, uint256 available, uint256 reserved, uint256 releasing, uint256 releaseAt)
        private
        view
    {
        IEscrowAccounts.Account memory account = escrow.accountOf(holder);
        assertEq(account.available, available, "available");
        assertEq(account.reserved, reserved, "reserved");
        assertEq(account.releasing, releasing, "releasing");
        assertEq(account.releaseAt, releaseAt, "release at");
        assertEq(account.exposure, 0, "exposure");
    }
}
