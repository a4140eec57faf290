// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Vm} from "../support/Vm.sol";
import {Access} from "./Access.sol";

/// @notice What the campaign knows without asking the contracts: every job, every balance, every promise.
/// @dev Fed by the escrow's events, judged by the rules of the state machine.
abstract contract Books is Access {
    enum Act {
        None,
        Create,
        Revoke,
        Decline,
        Expire,
        Submit,
        Accept,
        Settle,
        Challenge,
        Resolve,
        Timeout
    }

    struct Payout {
        uint64 toProvider;
        uint64 fee;
        uint64 royalty;
        uint64 refund;
    }

    struct Track {
        IJobEscrow.JobParams params;
        bytes32 id;
        IJobEscrow.Status status;
        bool submittedByProvider;
        bool everChallenged;
        uint40 submittedAt;
        uint40 challengedAt;
        uint64 charged;
        bytes32 resultCommit;
        bytes32 resultRef;
        uint16 feeBpsAtOpening;
        uint16 royaltyBpsAtOpening;
        uint16 grossBps;
        Payout payout;
    }

    /// @dev Stake at the moment of a receipt, which a dispute about it must still find.
    struct Backing {
        address provider;
        uint256 servedAt;
        uint256 stake;
        uint256 slashedBefore;
    }

    uint256 internal clock;
    Track[] internal tracks;
    Backing[] internal backings;
    mapping(bytes32 jobId => uint256 indexPlusOne) private indexOf;
    mapping(address account => uint256) internal available;
    mapping(bytes32 modelKey => uint256) internal royalties;
    mapping(bytes32 modelKey => uint256) internal fees;

    mapping(address provider => uint256) internal staked;
    mapping(address provider => uint256) internal thawing;
    mapping(address provider => uint256) internal thawEnd;
    mapping(address provider => uint256) internal slashed;
    mapping(address account => uint256) internal credits;
    mapping(address key => uint256) internal voiceRevokedAt;

    bytes32[] internal modelKeys;
    mapping(bytes32 modelKey => uint256) internal royaltyChangedAt;
    mapping(bytes32 modelKey => uint16) internal royaltyBefore;
    mapping(bytes32 modelKey => uint256) internal closedAt;
    uint256 internal feeChangedAt;
    uint16 internal feeBefore;
    mapping(bytes32 modelKey => address) internal offeredTo;
    mapping(bytes32 modelKey => bytes32) internal familyOf;
    mapping(bytes32 family => bytes32) internal latestOf;

    /// @dev First broken rule of each kind; empty while all is well.
    string internal illegalTransition;
    string internal exposureBreach;
    string internal breach;

    uint256 private dice;
    Act private act;
    bool private entitled;
    bool private fromWallet;
    uint16 private verdictBps;

    /// @dev Reads what the escrow says happened in the body, which is an act of somebody who is entitled to it or not.
    modifier watched(Act act_, bool entitled_) {
        (act, entitled, fromWallet) = (act_, entitled_, false);
        vm.recordLogs();
        _;
        absorb();
    }

    /// @dev The runner likes small and familiar numbers; choices should not.
    function mixed(uint256 seed) internal returns (uint256) {
        dice = uint256(keccak256(abi.encode(dice, seed)));
        return dice;
    }

    function draft(IJobEscrow.JobParams memory params) internal returns (Track storage track) {
        bytes32 id = escrow.jobIdOf(params);
        track = tracks.push();
        track.params = params;
        track.id = id;
        indexOf[id] = tracks.length;
    }

    /// @dev Next job in that state, searching from a random place; an impossible wish discards the call.
    function find(uint256 seed, IJobEscrow.Status status) internal view returns (Track storage) {
        uint256 count = tracks.length;
        for (uint256 i = 0; i < count; ++i) {
            Track storage track = tracks[(seed % count + i) % count];
            if (track.status == status) return track;
        }
        vm.assume(false);
        return tracks[0];
    }

    /// @dev Next job in that state whose time is over, searching from a random place.
    function overdue(uint256 seed, IJobEscrow.Status status) internal view returns (Track storage) {
        uint256 count = tracks.length;
        for (uint256 i = 0; i < count; ++i) {
            Track storage track = tracks[(seed % count + i) % count];
            uint256 end = status == IJobEscrow.Status.Open
                ? track.params.submitBy
                : uint256(track.submittedAt) + track.params.challengeWindow;
            if (track.status == status && vm.getBlockTimestamp() > end) return track;
        }
        vm.assume(false);
        return tracks[0];
    }

    function anyJob(uint256 seed) internal view returns (Track storage) {
        vm.assume(tracks.length > 0);
        return tracks[seed % tracks.length];
    }

    function one(Track storage track) internal view returns (IJobEscrow.JobParams[] memory rows) {
        rows = new IJobEscrow.JobParams[](1);
        rows[0] = track.params;
    }

    /// @dev The provider itself or its service key, as long as that one is not revoked.
    function voiceOf(address provider, uint256 seed) internal view returns (address) {
        if ((seed >> 200) & 1 == 0) return provider;
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            if (providers[i].addr != provider) continue;
            return voiceRevokedAt[serviceKeys[i].addr] == 0 ? serviceKeys[i].addr : provider;
        }
        return provider;
    }

    /// @dev What the jobs that wait bind of a provider's stake, by the books.
    function exposureOf(address provider) internal view returns (uint256 exposure) {
        for (uint256 i = 0; i < tracks.length; ++i) {
            Track storage track = tracks[i];
            bool waits =
                track.status == IJobEscrow.Status.Submitted || track.status == IJobEscrow.Status.Challenged;
            if (waits && track.params.provider == provider) exposure += track.charged;
        }
    }

    function payFromWallet() internal {
        fromWallet = true;
    }

    function decide(uint16 grossBps) internal {
        verdictBps = grossBps;
    }

    function moved(address from, address to, uint256 amount) internal {
        wallet[from] -= amount;
        wallet[to] += amount;
    }

    /// @dev A call that must not succeed, whoever makes it.
    function refuse(address target, address caller, string memory what, bytes memory data) internal {
        vm.prank(caller);
        (bool done,) = target.call(data);
        if (done) reportBreach(what);
    }

    function reportBreach(string memory what) internal {
        if (bytes(breach).length == 0) breach = what;
    }

    function absorb() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(escrow)) record(logs[i].topics, logs[i].data);
        }
    }

    function record(bytes32[] memory topics, bytes memory data) private {
        bytes32 topic = topics[0];
        if (topic == IJobEscrow.JobOpened.selector) return opened(trackOf(topics[1]));
        if (topic == IJobEscrow.JobSubmitted.selector) return submitted(trackOf(topics[1]), data);
        if (topic == IJobEscrow.JobPaid.selector) {
            return closed(trackOf(topics[1]), IJobEscrow.Status.Paid, 10_000, abi.decode(data, (Payout)));
        }
        if (topic == IJobEscrow.JobSplit.selector) {
            return closed(trackOf(topics[1]), IJobEscrow.Status.Split, verdictBps, abi.decode(data, (Payout)));
        }
        if (topic == IJobEscrow.JobRefunded.selector) {
            Payout memory payout = Payout(0, 0, 0, abi.decode(data, (uint64)));
            return closed(trackOf(topics[1]), IJobEscrow.Status.Refunded, 0, payout);
        }
        if (topic == IJobEscrow.JobRevoked.selector) move(trackOf(topics[1]), IJobEscrow.Status.Revoked);
        if (topic == IJobEscrow.JobChallenged.selector) challenged(trackOf(topics[1]));
    }

    function trackOf(bytes32 id) private view returns (Track storage) {
        return tracks[indexOf[id] - 1];
    }

    function opened(Track storage track) private {
        move(track, IJobEscrow.Status.Open);
        track.feeBpsAtOpening = escrow.feeBps();
        track.royaltyBpsAtOpening = models.termsOf(track.params.modelKey).royaltyBps;
        if (fromWallet) moved(track.params.client, address(escrow), track.params.price);
        else available[track.params.client] -= track.params.price;
    }

    function submitted(Track storage track, bytes memory data) private {
        move(track, IJobEscrow.Status.Submitted);
        track.submittedByProvider = entitled;
        track.submittedAt = uint40(vm.getBlockTimestamp());
        (track.resultCommit, track.resultRef, track.charged) = abi.decode(data, (bytes32, bytes32, uint64));
        address provider = track.params.provider;
        (uint128 stake, uint128 exposure) = registry.backingOf(provider);
        if (exposure > stake) exposureBreach = "more exposure than stake";
        backings.push(Backing(provider, vm.getBlockTimestamp(), stake, slashed[provider]));
    }

    function challenged(Track storage track) private {
        move(track, IJobEscrow.Status.Challenged);
        track.everChallenged = true;
        track.challengedAt = uint40(vm.getBlockTimestamp());
    }

    function closed(Track storage track, IJobEscrow.Status to, uint16 grossBps, Payout memory payout) private {
        move(track, to);
        track.grossBps = grossBps;
        track.payout = payout;
        available[track.params.provider] += payout.toProvider;
        available[track.params.client] += payout.refund;
        royalties[track.params.modelKey] += payout.royalty;
        fees[track.params.modelKey] += payout.fee;
    }

    function move(Track storage track, IJobEscrow.Status to) private {
        if (!legal(track, to) && bytes(illegalTransition).length == 0) {
            illegalTransition = string.concat(
                vm.toString(uint256(track.status)), " to ", vm.toString(uint256(to)), " by act ", vm.toString(uint256(act))
            );
        }
        track.status = to;
    }

    function legal(Track storage track, IJobEscrow.Status to) private view returns (bool) {
        if (!entitled) return false;
        IJobEscrow.Status from = track.status;
        uint256 time = vm.getBlockTimestamp();
        uint256 windowEnd = uint256(track.submittedAt) + track.params.challengeWindow;
        if (from == IJobEscrow.Status.None) {
            return to == IJobEscrow.Status.Open ? act == Act.Create : to == IJobEscrow.Status.Revoked && act == Act.Revoke;
        }
        if (from == IJobEscrow.Status.Open) {
            if (to == IJobEscrow.Status.Submitted) return act == Act.Submit && time <= track.params.submitBy;
            return to == IJobEscrow.Status.Refunded
                && (act == Act.Decline || (act == Act.Expire && time > track.params.submitBy));
        }
        if (from == IJobEscrow.Status.Submitted) {
            if (to == IJobEscrow.Status.Challenged) return act == Act.Challenge && time <= windowEnd;
            return to == IJobEscrow.Status.Paid && (act == Act.Accept || (act == Act.Settle && time > windowEnd));
        }
        if (from != IJobEscrow.Status.Challenged) return false;
        if (act == Act.Timeout) return to == IJobEscrow.Status.Split && time > track.challengedAt + RESOLVE_PERIOD;
        return act == Act.Resolve && to != IJobEscrow.Status.Open && to != IJobEscrow.Status.Submitted;
    }
}
