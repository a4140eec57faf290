// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {JobHandler} from "./JobHandler.sol";
import {OrderBooks} from "./OrderBooks.sol";

/// @notice Jobs that are paid by permit, and jobs that a relayer opens with signatures, good and bad rows in one batch.
abstract contract OpeningHandler is JobHandler, OrderBooks {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    struct Permission {
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @dev At times somebody used the permit first.
    function createJobWithPermit(uint256 seed) external watched(Act.Create, true) {
        seed = mixed(seed);
        Track storage track = freshJob(payer(seed).addr, seed);
        address client = track.params.client;
        uint64 price = track.params.price;
        vm.assume(wallet[client] >= price && tokenServes(client));
        payFromWallet();
        vm.prank(client);
        usdc.approve(address(escrow), 0);
        Permission memory permission = permitOf(client, price);
        if ((seed >> 200) % 4 == 0) usePermit(client, price, permission);
        vm.startPrank(client);
        bytes32 id = escrow.createJobWithPermit(
            track.params, "", type(uint256).max, permission.v, permission.r, permission.s
        );
        usdc.approve(address(escrow), type(uint256).max);
        vm.stopPrank();
        assertEq(id, track.id);
    }

    function createJobs(uint256 seed) external watched(Act.Create, true) {
        seed = mixed(seed);
        uint256[] memory picked = new uint256[](2 + seed % 4);
        IJobEscrow.SignedJob[] memory rows = new IJobEscrow.SignedJob[](picked.length);
        bool[] memory due = new bool[](picked.length);
        uint256 expected;
        for (uint256 i = 0; i < picked.length; ++i) {
            uint256 roll = mixed(seed);
            picked[i] = pickJob(picked, i, roll);
            (rows[i], due[i]) = rowFor(tracks[picked[i]], roll);
            due[i] = due[i] && isNext(picked, due, i);
            if (due[i]) ++expected;
        }
        vm.prank(relayer);
        if (escrow.createJobs(rows) != expected) reportBreach("createJobs opened other rows than were due");
        for (uint256 i = 0; i < picked.length; ++i) {
            IJobEscrow.Status status = escrow.jobOf(tracks[picked[i]].id).status;
            if (due[i] && status != IJobEscrow.Status.Open) reportBreach("createJobs left a row that was due");
        }
    }

    /// @dev Of a public model, so that it needs no proof.
    function freshJob(address client, uint256 seed) internal returns (Track storage) {
        return draft(freshTerms(client, seed));
    }

    function freshTerms(address client, uint256 seed) internal returns (IJobEscrow.JobParams memory params) {
        bytes32 modelKey = soldModel(seed >> 8);
        vm.assume(isSold(modelKey));
        return termsFor(client, modelKey, seed);
    }

    function signedJob(IJobEscrow.JobParams memory params, uint256 secret)
        internal
        view
        returns (IJobEscrow.SignedJob memory)
    {
        return IJobEscrow.SignedJob(params, "", sign(secret, escrow.jobIdOf(params)));
    }

    function permitOf(address client, uint256 amount) internal view returns (Permission memory permission) {
        bytes32 structHash = keccak256(
            abi.encode(PERMIT_TYPEHASH, client, address(escrow), amount, usdc.nonces(client), type(uint256).max)
        );
        bytes32 digest = digestOf(domain("USD Coin", "2", address(usdc)), structHash);
        (permission.v, permission.r, permission.s) = vm.sign(keyOf[client].secret, digest);
    }

    function usePermit(address client, uint64 price, Permission memory permission) private {
        vm.prank(attacker.addr);
        usdc.permit(
            client, address(escrow), price, type(uint256).max, permission.v, permission.r, permission.s
        );
    }

    /// @dev A new job, one of this batch again, or one that exists already in whatever state.
    function pickJob(uint256[] memory picked, uint256 done, uint256 seed) private returns (uint256) {
        if (done > 0 && seed % 8 == 0) return picked[done - 1];
        if (tracks.length > 0 && seed % 8 == 1) return (seed >> 8) % tracks.length;
        IJobEscrow.JobParams memory params = freshTerms(clientAt(seed >> 16), seed);
        spoil(params, (seed >> 184) % 14);
        draft(params);
        return tracks.length - 1;
    }

    function spoil(IJobEscrow.JobParams memory params, uint256 fault) private view {
        if (fault == 0) params.feeBps += 1;
        if (fault == 1) params.royaltyBps += 1;
        if (fault == 2) params.submitBy = uint40(vm.getBlockTimestamp() + MIN_SUBMIT - 1);
        if (fault == 3) params.challengeWindow = uint32(MAX_WINDOW + 1);
        if (fault == 4) params.verifyMode = 1;
        if (fault == 5) params.groupId = bytes32(uint256(1));
        if (fault == 6) params.modelKey = keccak256("no model");
        if (fault == 7) params.price = uint64(params.floor + available[params.client] + 1);
    }

    function rowFor(Track storage track, uint256 seed)
        private
        view
        returns (IJobEscrow.SignedJob memory row, bool due)
    {
        address client = track.params.client;
        bool forged = hasCode(client) && (seed >> 232) % 8 == 0;
        row = signedJob(track.params, forged ? attacker.secret : keyOf[client].secret);
        due = track.status == IJobEscrow.Status.None && hasTerms(track.params) && !forged
            && (!hasCode(client) || codeClientSigns());
    }

    /// @dev Whether a job could be opened now, but for its price.
    function hasTerms(IJobEscrow.JobParams storage params) private view returns (bool) {
        uint256 time = vm.getBlockTimestamp();
        bytes32 modelKey = params.modelKey;
        return !escrow.creationPaused() && isSold(modelKey) && params.floor == ghostTerms[modelKey].floor
            && params.royaltyBps == ghostTerms[modelKey].royaltyBps && params.feeBps == escrow.feeBps()
            && params.submitBy >= time + MIN_SUBMIT && params.submitBy <= time + 30 days
            && params.challengeWindow <= MAX_WINDOW && params.verifyMode == 0 && params.groupId == 0;
    }

    /// @dev Not opened by a row before it, and covered by what those left.
    function isNext(uint256[] memory picked, bool[] memory due, uint256 index) private view returns (bool) {
        address client = tracks[picked[index]].params.client;
        uint256 spent;
        for (uint256 i = 0; i < index; ++i) {
            if (!due[i]) continue;
            if (picked[i] == picked[index]) return false;
            if (tracks[picked[i]].params.client == client) spent += tracks[picked[i]].params.price;
        }
        return available[client] >= spent + tracks[picked[index]].params.price;
    }
}
