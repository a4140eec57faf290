// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {SignedBy} from "./SignedBy.sol";

/// @notice Calls to the escrow that must fail: by strangers, with signatures for something else, at the wrong moment.
abstract contract StrangerHandler is SignedBy {
    function strangerTouchesJob(uint256 seed) external watched(Act.None, false) {
        seed = mixed(seed);
        Track storage track = anyJob(seed >> 16);
        IJobEscrow.JobParams memory params = track.params;
        (bytes32 commit, bytes32 ref, uint64 charged) = (bytes32(seed), track.resultRef, params.price);
        uint256 kind = seed % 8;
        if (kind == 0) refuse(address(escrow), attacker.addr, "accept", abi.encodeCall(escrow.accept, (params)));
        if (kind == 1) refuse(address(escrow), attacker.addr, "submit", abi.encodeCall(escrow.submit, (params, commit, ref, charged)));
        if (kind == 2) refuse(address(escrow), attacker.addr, "decline", abi.encodeCall(escrow.decline, (params)));
        if (kind == 3) refuse(address(escrow), attacker.addr, "revoke", abi.encodeCall(escrow.revoke, (params)));
        if (kind == 4) refuse(address(escrow), attacker.addr, "challenge", abi.encodeCall(escrow.challenge, (params)));
        if (kind == 5) refuse(address(escrow), attacker.addr, "resolve", abi.encodeCall(escrow.resolve, (params, 1, 0)));
        if (kind == 6) {
            bytes memory signature = signedSubmission(attacker, track.id, commit, ref, charged);
            refuse(address(escrow), attacker.addr, "submitSigned", abi.encodeCall(escrow.submitSigned, (params, commit, ref, charged, signature)));
        }
        if (kind == 7) {
            bytes memory signature = signedAcceptance(attacker, track);
            bytes memory data =
                abi.encodeCall(escrow.acceptSigned, (params, track.resultCommit, track.resultRef, signature));
            refuse(address(escrow), attacker.addr, "acceptSigned", data);
        }
    }

    function strangerTouchesMoney(uint256 seed) external watched(Act.None, false) {
        seed = mixed(seed);
        bytes32 modelKey = modelKeys[(seed >> 8) % modelKeys.length];
        address victim = payer(seed >> 16).addr;
        uint256 kind = seed % 9;
        if (kind == 0) refuse(address(escrow), attacker.addr, "withdraw", abi.encodeCall(escrow.withdraw, (attacker.addr, 1)));
        if (kind == 1) refuse(address(escrow), attacker.addr, "claimRoyalty", abi.encodeCall(escrow.claimRoyalty, (modelKey, attacker.addr)));
        if (kind == 2) refuse(address(escrow), attacker.addr, "collectFees", abi.encodeCall(escrow.collectFees, (modelKeys, attacker.addr)));
        if (kind == 3) refuse(address(escrow), attacker.addr, "setFee", abi.encodeCall(escrow.setFee, (500)));
        if (kind == 4) refuse(address(escrow), attacker.addr, "setGame", abi.encodeCall(escrow.setGame, (attacker.addr)));
        if (kind == 5) refuse(address(escrow), attacker.addr, "setGuardian", abi.encodeCall(escrow.setGuardian, (attacker.addr)));
        if (kind == 6) refuse(address(escrow), attacker.addr, "unpauseCreation", abi.encodeCall(escrow.unpauseCreation, ()));
        if (kind == 7) refuse(address(escrow), attacker.addr, "pauseCreation", abi.encodeCall(escrow.pauseCreation, ()));
        if (kind == 8) {
            bytes memory signature = signedPayment(attacker, 1, depositNonce(victim, 1, bytes32(seed)));
            bytes memory data = abi.encodeCall(
                escrow.depositWithAuthorization, (victim, 1, bytes32(seed), 0, type(uint256).max, signature)
            );
            refuse(address(escrow), attacker.addr, "depositWithAuthorization", data);
        }
    }

    /// @dev A signature buys what it was made for, once.
    function reusesSignature(uint256 seed) external watched(Act.None, false) {
        seed = mixed(seed);
        Track storage track = anyJob(seed >> 16);
        Track storage other = anyJob(seed >> 48);
        Key memory client = keyOf[track.params.client];
        uint256 kind = seed % 3;
        if (kind == 0) {
            bytes memory signature = signedPayment(client, track.params.price, track.id);
            IJobEscrow.JobParams memory params = track.params;
            params.nonce = uint96(seed >> 64);
            params.provider = attacker.addr;
            bytes memory proof = proofFor(client.addr, params.modelKey);
            refuse(address(escrow), attacker.addr, 
                "a payment for another job",
                abi.encodeCall(
                    escrow.createJobWithAuthorization, (params, proof, 0, type(uint256).max, signature)
                )
            );
        }
        if (kind == 1) {
            vm.assume(track.id != other.id);
            bytes memory signature = signedAcceptance(client, track);
            bytes memory data =
                abi.encodeCall(escrow.acceptSigned, (other.params, other.resultCommit, other.resultRef, signature));
            refuse(address(escrow), attacker.addr, "an acceptance of another job", data);
        }
        if (kind == 2) {
            vm.assume(track.params.price > track.params.floor);
            Key memory provider = keyOf[track.params.provider];
            bytes memory signature =
                signedSubmission(provider, track.id, bytes32(seed), bytes32(seed), track.params.floor);
            bytes memory data = abi.encodeCall(
                escrow.submitSigned, (track.params, bytes32(seed), bytes32(seed), track.params.price, signature)
            );
            refuse(address(escrow), attacker.addr, "a submission at another charge", data);
        }
    }

    /// @dev The rightful party, too late, too early, or asking for too much.
    function mistimes(uint256 seed) external watched(Act.None, false) {
        seed = mixed(seed);
        Track storage track = anyJob(seed >> 16);
        IJobEscrow.JobParams memory params = track.params;
        IJobEscrow.Status status = track.status;
        address provider = params.provider;
        uint256 kind = seed % 6;
        if (kind == 0) {
            track = overdue(seed >> 16, IJobEscrow.Status.Open);
            bytes memory data = abi.encodeCall(escrow.submit, (track.params, 0, 0, track.params.floor));
            refuse(address(escrow), track.params.provider, "submit late", data);
        }
        if (kind == 1) {
            params = find(seed >> 16, IJobEscrow.Status.Open).params;
            bytes memory data = abi.encodeCall(escrow.submit, (params, 0, 0, params.price + 1));
            refuse(address(escrow), params.provider, "charge too much", data);
        }
        if (kind == 2) {
            params = find(seed >> 16, IJobEscrow.Status.Open).params;
            vm.assume(params.floor > 0);
            bytes memory data = abi.encodeCall(escrow.submit, (params, 0, 0, params.floor - 1));
            refuse(address(escrow), params.provider, "charge too little", data);
        }
        if (kind == 3) {
            vm.assume(status != IJobEscrow.Status.Submitted);
            refuse(address(escrow), params.client, "accept", abi.encodeCall(escrow.accept, (params)));
        }
        if (kind == 4) {
            vm.assume(status != IJobEscrow.Status.Open);
            refuse(address(escrow), provider, "decline", abi.encodeCall(escrow.decline, (params)));
        }
        if (kind == 5) {
            vm.assume(status != IJobEscrow.Status.None);
            refuse(address(escrow), params.client, "revoke", abi.encodeCall(escrow.revoke, (params)));
        }
    }

    /// @dev What the game or its absence must not do, and when.
    function mistimesGame(uint256 seed) external watched(Act.None, false) {
        seed = mixed(seed);
        Track storage track = anyJob(seed >> 16);
        IJobEscrow.JobParams memory params = track.params;
        bool challenged = track.status == IJobEscrow.Status.Challenged;
        uint256 kind = seed % 3;
        if (kind == 0) {
            track = overdue(seed >> 16, IJobEscrow.Status.Submitted);
            refuse(address(escrow), game, "challenge late", abi.encodeCall(escrow.challenge, (track.params)));
        }
        if (kind == 1) {
            vm.assume(!challenged);
            refuse(address(escrow), game, "resolve", abi.encodeCall(escrow.resolve, (params, uint8(1 + seed % 3), 0)));
        }
        if (kind == 2) {
            if (seed & 1024 == 0) track = find(seed >> 16, IJobEscrow.Status.Challenged);
            (params, challenged) = (track.params, track.status == IJobEscrow.Status.Challenged);
            vm.assume(!challenged || vm.getBlockTimestamp() <= track.challengedAt + RESOLVE_PERIOD);
            refuse(address(escrow), relayer, "time out early", abi.encodeCall(escrow.timeoutChallenge, (params)));
        }
    }
}
