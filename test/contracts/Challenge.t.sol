// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "./support/Protocol.sol";

// challenge
// ├── given no game is set, or the caller is not it → NotGame
// ├── given the job is not submitted → WrongStatus
// ├── given the window is over → WindowClosed
// └── else → Challenged now; nobody can accept or settle it
// resolve
// ├── given the caller is not the game → NotGame
// ├── given the job is not challenged → WrongStatus
// ├── when there is no such verdict or share → BadVerdict, SplitOutOfRange
// ├── verdict paid → as if accepted
// ├── verdict refunded → the whole price is the client's again
// └── verdict split → the share of what was charged, rounded down, before fee and royalty; the rest is the client's
// timeoutChallenge
// ├── given the job is not challenged, or the game has time → WrongStatus, ResolvePeriodRunning
// └── else → split in half, whoever calls
contract ChallengeTest is Protocol {
    function testFuzz_Challenge(uint40 delay) external {
        setGame();
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        skip(bound(delay, 0, WINDOW));
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobChallenged(jobId, provider.addr);
        challenge(params);
        assertStatus(jobId, IJobEscrow.Status.Challenged);
        assertEq(escrow.jobOf(jobId).time, vm.getBlockTimestamp(), "time");
        assertEq(escrow.jobOf(jobId).charged, PRICE, "charged");
        assertEq(registry.accountOf(provider.addr).exposure, PRICE, "exposure stays");
        skip(WINDOW + 1);
        assertEq(escrow.settle(rows(params)), 0, "not settled");
        expectWrongStatus(jobId, IJobEscrow.Status.Challenged);
        vm.prank(client.addr);
        escrow.accept(params);
    }

    function testFuzz_Challenge_GivenAnotherCaller(address caller) external {
        vm.assume(caller != game && caller != address(vm));
        (IJobEscrow.JobParams memory params,) = submitJob(PRICE);
        expectNotGame(caller);
        escrow.challenge(params);
        setGame();
        expectNotGame(caller);
        escrow.challenge(params);
    }

    function test_Challenge_GivenNoGame() external {
        (IJobEscrow.JobParams memory params,) = submitJob(PRICE);
        expectNotGame(address(0));
        escrow.challenge(params);
    }

    function test_Challenge_GivenItIsNotSubmitted() external {
        setGame();
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        expectWrongStatus(jobId, IJobEscrow.Status.Open);
        challenge(params);
    }

    function test_Challenge_GivenTheWindowIsOver() external {
        setGame();
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        uint256 closesAt = vm.getBlockTimestamp() + WINDOW;
        skip(WINDOW + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.WindowClosed.selector, jobId, closesAt));
        challenge(params);
    }

    function testFuzz_Resolve_Paid(uint64 charged, uint16 ignored) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params, bytes32 jobId) = challengeJob(charged);
        resolve(params, 1, ignored);
        assertStatus(jobId, IJobEscrow.Status.Paid);
        assertShares(charged);
    }

    function testFuzz_Resolve_Refunded(uint64 charged) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params, bytes32 jobId) = challengeJob(charged);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobRefunded(jobId, client.addr, PRICE);
        resolve(params, 2, 0);
        assertStatus(jobId, IJobEscrow.Status.Refunded);
        assertShares(0);
    }

    function testFuzz_Resolve_Split(uint64 charged, uint16 providerBps) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        providerBps = uint16(bound(providerBps, 0, 10_000));
        (IJobEscrow.JobParams memory params, bytes32 jobId) = challengeJob(charged);
        uint64 gross = uint64((uint256(charged) * providerBps) / 10_000);
        (uint64 fee, uint64 royalty) = (gross / 100, gross / 20);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobSplit(jobId, provider.addr, gross - fee - royalty, fee, royalty, PRICE - gross);
        resolve(params, 3, providerBps);
        assertStatus(jobId, IJobEscrow.Status.Split);
        assertShares(gross);
    }

    function testFuzz_Resolve_WhenThereIsNoSuchVerdict(uint8 verdict) external {
        vm.assume(verdict == 0 || verdict > 3);
        (IJobEscrow.JobParams memory params,) = challengeJob(PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadVerdict.selector, verdict));
        resolve(params, verdict, 0);
    }

    function testFuzz_Resolve_WhenThereIsNoSuchShare(uint16 providerBps) external {
        providerBps = uint16(bound(providerBps, 10_001, type(uint16).max));
        (IJobEscrow.JobParams memory params,) = challengeJob(PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.SplitOutOfRange.selector, providerBps));
        resolve(params, 3, providerBps);
    }

    function test_Resolve_GivenAnotherCaller() external {
        (IJobEscrow.JobParams memory params,) = challengeJob(PRICE);
        expectNotGame(owner);
        escrow.resolve(params, 1, 0);
    }

    function test_Resolve_GivenItIsNotChallenged() external {
        setGame();
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        expectWrongStatus(jobId, IJobEscrow.Status.Submitted);
        resolve(params, 1, 0);
    }

    function testFuzz_TimeoutChallenge(uint64 charged, uint40 late) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params, bytes32 jobId) = challengeJob(charged);
        skip(RESOLVE_PERIOD + bound(late, 1, 365 days));
        vm.prank(stranger.addr);
        escrow.timeoutChallenge(params);
        assertStatus(jobId, IJobEscrow.Status.Split);
        assertShares(charged / 2);
    }

    function test_TimeoutChallenge_GivenTheGameHasTime() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = challengeJob(PRICE);
        uint256 until = vm.getBlockTimestamp() + RESOLVE_PERIOD;
        skip(RESOLVE_PERIOD);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.ResolvePeriodRunning.selector, jobId, until));
        escrow.timeoutChallenge(params);
    }

    function test_TimeoutChallenge_GivenItIsNotChallenged() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        expectWrongStatus(jobId, IJobEscrow.Status.Submitted);
        escrow.timeoutChallenge(params);
    }

    function setGame() private {
        vm.prank(owner);
        escrow.setGame(game);
    }

    function challenge(IJobEscrow.JobParams memory params) private {
        vm.prank(game);
        escrow.challenge(params);
    }

    function resolve(IJobEscrow.JobParams memory params, uint8 verdict, uint16 providerBps) private {
        vm.prank(game);
        escrow.resolve(params, verdict, providerBps);
    }

    function expectNotGame(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotGame.selector, caller));
        vm.prank(caller);
    }

    function assertShares(uint64 gross) private view {
        (uint64 fee, uint64 royalty) = (gross / 100, gross / 20);
        assertEq(availableOf(provider.addr), gross - fee - royalty, "provider");
        assertEq(availableOf(client.addr), PRICE - gross, "client");
        assertEq(escrow.proceedsOf(MODEL).royalty, royalty, "royalty");
        assertEq(escrow.proceedsOf(MODEL).fee, fee, "fee");
        assertEq(registry.accountOf(provider.addr).exposure, 0, "exposure");
    }
}
