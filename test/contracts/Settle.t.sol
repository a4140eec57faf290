// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "./support/Protocol.sol";

// settle
// ├── given a row that is open, paid, unknown or within its window → it is skipped, the others are paid
// ├── given the same row twice → it is paid once
// ├── given the token is paused → paid all the same
// └── else → paid as if accepted, whoever calls
// expire
// ├── given a row that is not open or not over → it is skipped, the others are refunded
// └── else → the whole price is the client's again, whoever calls
// decline
// ├── given the caller is neither provider nor a valid service key → NotProvider
// ├── given the job is not open → WrongStatus
// └── else → the whole price is the client's again, at once
// revoke
// ├── given the caller is not the client → NotClient
// ├── given the job was opened or revoked → WrongStatus
// └── else → the id is dead
contract SettleTest is Protocol {
    function testFuzz_Settle(uint64 charged, uint40 late) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(charged);
        skip(WINDOW + bound(late, 1, 365 days));
        vm.prank(stranger.addr);
        assertEq(escrow.settle(rows(params)), 1, "count");
        assertStatus(jobId, IJobEscrow.Status.Paid);
        assertEq(availableOf(provider.addr), charged - charged / 100 - charged / 20, "provider");
        assertEq(availableOf(client.addr), PRICE - charged, "client");
        assertEq(registry.accountOf(provider.addr).exposure, 0, "exposure");
    }

    function test_Settle_GivenTheWindowIsNotOver() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        skip(WINDOW);
        assertEq(escrow.settle(rows(params)), 0, "count at the last second");
        assertStatus(jobId, IJobEscrow.Status.Submitted);
        skip(1);
        assertEq(escrow.settle(rows(params)), 1, "count a second later");
    }

    function test_Settle_GivenMixedRows() external {
        IJobEscrow.JobParams[] memory list = new IJobEscrow.JobParams[](6);
        for (uint96 i = 0; i < 5; ++i) {
            list[i] = jobParams();
            list[i].nonce = i;
            if (i < 4) openJob(list[i]);
            if (i < 3) submit(list[i]);
        }
        list[5] = list[0];
        vm.prank(client.addr);
        escrow.accept(list[1]);
        skip(WINDOW + 1);
        assertEq(escrow.settle(list), 2, "the submitted, one of them named twice");
        assertStatus(escrow.jobIdOf(list[3]), IJobEscrow.Status.Open);
        assertStatus(escrow.jobIdOf(list[4]), IJobEscrow.Status.None);
        uint256 share = PRICE - PRICE / 100 - PRICE / 20;
        assertEq(availableOf(provider.addr), 3 * share, "each paid once");
    }

    function test_Settle_GivenAForgedRow() external {
        (IJobEscrow.JobParams memory params,) = submitJob(PRICE);
        skip(WINDOW + 1);
        params.provider = stranger.addr;
        assertEq(escrow.settle(rows(params)), 0, "another provider is another job");
        assertEq(availableOf(stranger.addr), 0, "nothing to take");
    }

    function test_Settle_GivenTheTokenIsPaused() external {
        (IJobEscrow.JobParams memory params,) = submitJob(PRICE);
        skip(WINDOW + 1);
        vm.prank(tokenAdmin);
        usdc.pause();
        assertEq(escrow.settle(rows(params)), 1, "books only");
        uint64 earned = uint64(availableOf(provider.addr));
        vm.expectRevert(bytes("Pausable: paused"));
        vm.prank(provider.addr);
        escrow.withdraw(provider.addr, earned);
        vm.prank(tokenAdmin);
        usdc.unpause();
        vm.prank(provider.addr);
        escrow.withdraw(provider.addr, earned);
    }

    function testFuzz_Expire(uint40 late) external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        skip(SUBMIT_DELAY + bound(late, 1, 365 days));
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobRefunded(jobId, client.addr, PRICE);
        vm.prank(stranger.addr);
        assertEq(escrow.expire(rows(params)), 1, "count");
        assertStatus(jobId, IJobEscrow.Status.Refunded);
        assertEq(availableOf(client.addr), PRICE, "refund");
        assertEq(escrow.expire(rows(params)), 0, "once");
    }

    function test_Expire_GivenItIsNotOver() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        skip(SUBMIT_DELAY);
        assertEq(escrow.expire(rows(params)), 0, "the provider still has this second");
        assertStatus(jobId, IJobEscrow.Status.Open);
    }

    function test_Expire_GivenItWasSubmitted() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        skip(SUBMIT_DELAY + 1);
        assertEq(escrow.expire(rows(params)), 0, "a timely submission is never expired");
        assertStatus(jobId, IJobEscrow.Status.Submitted);
    }

    function testFuzz_Decline(uint40 delay, bool byServiceKey) external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        skip(bound(delay, 0, 365 days));
        if (byServiceKey) setServiceKey();
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobDeclined(jobId, provider.addr);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobRefunded(jobId, client.addr, PRICE);
        vm.prank(byServiceKey ? serviceKey.addr : provider.addr);
        escrow.decline(params);
        assertStatus(jobId, IJobEscrow.Status.Refunded);
        assertEq(availableOf(client.addr), PRICE, "refund");
    }

    function testFuzz_Decline_GivenAnotherCaller(address caller) external {
        vm.assume(caller != provider.addr && caller != address(vm));
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotProvider.selector, jobId, caller));
        vm.prank(caller);
        escrow.decline(params);
    }

    function test_Decline_GivenItIsNotOpen() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        expectWrongStatus(jobId, IJobEscrow.Status.Submitted);
        vm.prank(provider.addr);
        escrow.decline(params);
    }

    function testFuzz_Revoke(uint96 nonce) external {
        IJobEscrow.JobParams memory params = jobParams();
        params.nonce = nonce;
        bytes32 jobId = escrow.jobIdOf(params);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobRevoked(jobId, client.addr);
        vm.prank(client.addr);
        escrow.revoke(params);
        assertStatus(jobId, IJobEscrow.Status.Revoked);
    }

    function testFuzz_Revoke_GivenAnotherCaller(address caller) external {
        vm.assume(caller != client.addr && caller != address(vm));
        IJobEscrow.JobParams memory params = jobParams();
        bytes32 jobId = escrow.jobIdOf(params);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotClient.selector, jobId, caller));
        vm.prank(caller);
        escrow.revoke(params);
    }

    function test_Revoke_GivenItWasOpenedOrRevoked() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        expectWrongStatus(jobId, IJobEscrow.Status.Open);
        revoke(params);
        params.nonce = 2;
        revoke(params);
        expectWrongStatus(escrow.jobIdOf(params), IJobEscrow.Status.Revoked);
        revoke(params);
    }

    function submit(IJobEscrow.JobParams memory params) private {
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
    }

    function revoke(IJobEscrow.JobParams memory params) private {
        vm.prank(client.addr);
        escrow.revoke(params);
    }
}
