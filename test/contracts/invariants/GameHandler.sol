// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Books} from "./Books.sol";

/// @notice What a dispute game does to jobs, and what anybody does when it is silent.
abstract contract GameHandler is Books {
    function challenge(uint256 seed) external watched(Act.Challenge, true) {
        Track storage track = find(mixed(seed), IJobEscrow.Status.Submitted);
        vm.assume(vm.getBlockTimestamp() <= uint256(track.submittedAt) + track.params.challengeWindow);
        vm.prank(game);
        escrow.challenge(track.params);
    }

    function resolve(uint256 seed) external watched(Act.Resolve, true) {
        seed = mixed(seed);
        Track storage track = find(seed, IJobEscrow.Status.Challenged);
        uint8 verdict = uint8(1 + (seed >> 8) % 3);
        uint16 providerBps = uint16((seed >> 16) % 10_001);
        decide(verdict == 1 ? 10_000 : verdict == 2 ? 0 : providerBps);
        vm.prank(game);
        escrow.resolve(track.params, verdict, providerBps);
    }

    function timeoutChallenge(uint256 seed) external watched(Act.Timeout, true) {
        Track storage track = find(mixed(seed), IJobEscrow.Status.Challenged);
        vm.assume(vm.getBlockTimestamp() > track.challengedAt + RESOLVE_PERIOD);
        decide(5_000);
        vm.prank(relayer);
        escrow.timeoutChallenge(track.params);
    }
}
