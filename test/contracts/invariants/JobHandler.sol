// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {SignedBy} from "./SignedBy.sol";

/// @notice The life of jobs, by those who may live it. Nothing here may revert: what would is not tried.
abstract contract JobHandler is SignedBy {
    uint256 private drafts;

    function createJob(uint256 seed) external watched(Act.Create, true) {
        seed = mixed(seed);
        Track storage track = propose(seed);
        vm.assume(available[track.params.client] >= track.params.price);
        bytes memory proof = proofFor(track.params.client, track.params.modelKey);
        vm.prank(track.params.client);
        assertEq(escrow.createJob(track.params, proof), track.id);
    }

    function createJobWithAuthorization(uint256 seed) external watched(Act.Create, true) {
        seed = mixed(seed);
        Track storage track = propose(seed);
        vm.assume(wallet[track.params.client] >= track.params.price && tokenServes(track.params.client));
        payFromWallet();
        bytes memory signature = signedPayment(keyOf[track.params.client], track.params.price, track.id);
        bytes memory proof = proofFor(track.params.client, track.params.modelKey);
        vm.prank(relayer);
        escrow.createJobWithAuthorization(track.params, proof, 0, type(uint256).max, signature);
    }

    /// @dev The same terms again succeed in any state but Revoked, and cost nothing.
    function createJobAgain(uint256 seed) external watched(Act.None, false) {
        seed = mixed(seed);
        Track storage track = anyJob(seed);
        vm.assume(track.status != IJobEscrow.Status.None && track.status != IJobEscrow.Status.Revoked);
        bytes memory proof = proofFor(track.params.client, track.params.modelKey);
        if (seed & 1 == 0) {
            vm.prank(track.params.client);
            assertEq(escrow.createJob(track.params, proof), track.id);
        } else {
            bytes memory signature = signedPayment(keyOf[track.params.client], track.params.price, track.id);
            escrow.createJobWithAuthorization(track.params, proof, 0, type(uint256).max, signature);
        }
    }

    function revoke(uint256 seed) external watched(Act.Revoke, true) {
        seed = mixed(seed);
        Track storage track = propose(seed);
        vm.prank(track.params.client);
        escrow.revoke(track.params);
    }

    function decline(uint256 seed) external watched(Act.Decline, true) {
        seed = mixed(seed);
        Track storage track = find(seed, IJobEscrow.Status.Open);
        vm.prank(voiceOf(track.params.provider, seed));
        escrow.decline(track.params);
    }

    function submit(uint256 seed) external watched(Act.Submit, true) {
        seed = mixed(seed);
        (Track storage track, uint64 charged) = answerable(seed);
        vm.prank(voiceOf(track.params.provider, seed));
        escrow.submit(track.params, keccak256(abi.encode("commit", seed)), keccak256(abi.encode("ref", seed)), charged);
    }

    function submitSigned(uint256 seed) external watched(Act.Submit, true) {
        seed = mixed(seed);
        (Track storage track, uint64 charged) = answerable(seed);
        bytes32 commit = keccak256(abi.encode("commit", seed));
        Key memory voice = keyOf[voiceOf(track.params.provider, seed)];
        bytes memory signature = signedSubmission(voice, track.id, commit, bytes32(seed), charged);
        vm.prank(relayer);
        escrow.submitSigned(track.params, commit, bytes32(seed), charged, signature);
    }

    function accept(uint256 seed) external watched(Act.Accept, true) {
        seed = mixed(seed);
        Track storage track = find(seed, IJobEscrow.Status.Submitted);
        vm.prank(track.params.client);
        escrow.accept(track.params);
    }

    function acceptSigned(uint256 seed) external watched(Act.Accept, true) {
        seed = mixed(seed);
        Track storage track = find(seed, IJobEscrow.Status.Submitted);
        bytes memory signature = signedAcceptance(keyOf[track.params.client], track);
        vm.prank(relayer);
        escrow.acceptSigned(track.params, track.resultCommit, track.resultRef, signature);
    }

    /// @dev Jobs in any state, one twice: those that are due are paid, once, the others stay.
    function settle(uint256 seed) external watched(Act.Settle, true) {
        seed = mixed(seed);
        IJobEscrow.JobParams[] memory rows = handful(seed, IJobEscrow.Status.Submitted);
        uint256 due = escrow.settle(rows);
        vm.assume(due > 0);
    }

    function expire(uint256 seed) external watched(Act.Expire, true) {
        seed = mixed(seed);
        uint256 due = escrow.expire(handful(seed, IJobEscrow.Status.Open));
        vm.assume(due > 0);
    }

    /// @dev Mostly with one among them that is due.
    function handful(uint256 seed, IJobEscrow.Status status) private view returns (IJobEscrow.JobParams[] memory rows) {
        rows = new IJobEscrow.JobParams[](6);
        for (uint256 i = 0; i < 5; ++i) rows[i] = anyJob(seed / (i + 1) + i).params;
        if ((seed >> 64) % 4 != 0) rows[0] = overdue(seed >> 72, status).params;
        rows[5] = rows[0];
    }

    /// @dev A job that the escrow must take at this moment.
    function propose(uint256 seed) private returns (Track storage) {
        return draft(termsFor(payer(seed).addr, modelKeys[(seed >> 8) % modelKeys.length], seed));
    }

    function termsFor(address client, bytes32 modelKey, uint256 seed)
        internal
        returns (IJobEscrow.JobParams memory params)
    {
        vm.assume(!escrow.creationPaused());
        (params.client, params.modelKey) = (client, modelKey);
        params.provider = providers[(seed >> 16) % PROVIDERS].addr;
        IModelRegistry.Terms memory terms = models.termsOf(params.modelKey);
        vm.assume(terms.status == IModelRegistry.ModelStatus.Active);
        vm.assume(models.canUse(params.modelKey, params.client, proofFor(params.client, params.modelKey)));
        vm.assume(registry.accountOf(params.provider).stake >= registry.minimumStake());
        params.floor = terms.floor;
        params.royaltyBps = terms.royaltyBps;
        params.feeBps = escrow.feeBps();
        params.price = uint64(terms.floor + (seed >> 24) % 40e6);
        params.submitBy = uint40(vm.getBlockTimestamp() + MIN_SUBMIT + (seed >> 64) % 2 hours);
        params.challengeWindow = uint32((seed >> 96) % (MAX_WINDOW + 1));
        params.inputCommit = keccak256(abi.encode("input", seed));
        params.nonce = uint96(++drafts);
    }

    function answerable(uint256 seed) private view returns (Track storage track, uint64 charged) {
        track = find(seed, IJobEscrow.Status.Open);
        vm.assume(vm.getBlockTimestamp() <= track.params.submitBy);
        charged = uint64(bound(seed >> 32, track.params.floor, track.params.price));
        (uint128 stake, uint128 exposure) = registry.backingOf(track.params.provider);
        vm.assume(stake >= exposure + charged);
    }
}
