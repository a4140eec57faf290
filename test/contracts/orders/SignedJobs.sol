// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "../support/Protocol.sol";

/// @notice Two clients with money, and jobs that they sign for others to open.
abstract contract SignedJobs is Protocol {
    uint64 internal constant BALANCE = 10 * PRICE;
    uint96 private constant GOOD_NONCE = 1_000;

    Key internal other = makeKey("other client");

    function setUp() public virtual override {
        super.setUp();
        endow(other.addr);
        depositFor(client, BALANCE);
        depositFor(other, BALANCE);
    }

    function signedJob(Key memory signer, IJobEscrow.JobParams memory params)
        internal
        view
        returns (IJobEscrow.SignedJob memory row)
    {
        return IJobEscrow.SignedJob(params, "", sign(signer.secret, documentedJobId(params)));
    }

    function jobOf(Key memory payer, uint96 nonce) internal view returns (IJobEscrow.SignedJob memory row) {
        IJobEscrow.JobParams memory params = jobParams();
        (params.client, params.nonce) = (payer.addr, nonce);
        return signedJob(payer, params);
    }

    function list(IJobEscrow.SignedJob memory row) internal pure returns (IJobEscrow.SignedJob[] memory jobs) {
        jobs = new IJobEscrow.SignedJob[](1);
        jobs[0] = row;
    }

    function openAll(IJobEscrow.SignedJob[] memory jobs) internal returns (uint256 opened) {
        vm.prank(stranger.addr);
        return escrow.createJobs(jobs);
    }

    function assertOpens(IJobEscrow.SignedJob memory row) internal {
        assertEq(openAll(list(row)), 1, "opened");
        assertStatus(documentedJobId(row.params), IJobEscrow.Status.Open);
    }

    /// @notice Opens the row between good rows of the same and of another client: those are opened, it changes nothing.
    function assertSkipped(IJobEscrow.SignedJob memory bad) internal {
        bytes32 id = documentedJobId(bad.params);
        IJobEscrow.Status status = escrow.jobOf(id).status;
        uint256 ofPayer = availableOf(bad.params.client);
        (uint256 ofClient, uint256 ofOther) = (availableOf(client.addr), availableOf(other.addr));
        IJobEscrow.SignedJob[] memory jobs = new IJobEscrow.SignedJob[](4);
        (jobs[0], jobs[1]) = (jobOf(client, GOOD_NONCE), bad);
        (jobs[2], jobs[3]) = (jobOf(other, GOOD_NONCE), jobOf(client, GOOD_NONCE + 1));
        uint256 snapshot = vm.snapshotState();
        assertEq(openAll(jobs), 3, "the other rows are opened");
        assertStatus(documentedJobId(jobs[0].params), IJobEscrow.Status.Open);
        assertStatus(documentedJobId(jobs[2].params), IJobEscrow.Status.Open);
        assertStatus(documentedJobId(jobs[3].params), IJobEscrow.Status.Open);
        assertStatus(id, status);
        assertEq(availableOf(client.addr), ofClient - 2 * PRICE, "one client");
        assertEq(availableOf(other.addr), ofOther - PRICE, "another client");
        bool apart = bad.params.client != client.addr && bad.params.client != other.addr;
        if (apart) assertEq(availableOf(bad.params.client), ofPayer, "client of the bad row");
        assertTrue(vm.revertToState(snapshot), "as before");
    }
}
