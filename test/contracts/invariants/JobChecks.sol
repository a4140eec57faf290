// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "../../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Books} from "./Books.sol";

/// @notice What must hold of the escrow after every call.
abstract contract JobChecks is Books {
    function checkConservation() external view {
        uint256 owed;
        for (uint256 i = 0; i < everybody.length; ++i) {
            IEscrowAccounts.Account memory account = escrow.accountOf(everybody[i]);
            owed += uint256(account.available) + account.reserved;
        }
        for (uint256 i = 0; i < modelKeys.length; ++i) {
            owed += escrow.proceedsOf(modelKeys[i]).royalty + escrow.proceedsOf(modelKeys[i]).fee;
        }
        for (uint256 i = 0; i < tracks.length; ++i) {
            if (holdsMoney(escrow.jobOf(tracks[i].id).status)) owed += tracks[i].params.price;
        }
        assertEq(usdc.balanceOf(address(escrow)), owed, "11: the escrow does not hold exactly what it owes");
    }

    function checkTransitions() external view {
        assertEq(illegalTransition, "", "12: a transition that the state machine does not have");
        for (uint256 i = 0; i < tracks.length; ++i) {
            IJobEscrow.Job memory job = escrow.jobOf(tracks[i].id);
            assertEq(uint256(job.status), uint256(tracks[i].status), "12: a job changed without an event");
        }
    }

    /// @dev Leaves the state as if everybody had gone: the runner takes back what a check does.
    function checkLiveness() external {
        assertEq(vm.getBlockTimestamp(), clock, "the clock of the campaign is not that of the chain");
        vm.warp(clock + 31 days + MAX_WINDOW + RESOLVE_PERIOD);
        IJobEscrow.JobParams[] memory rows = new IJobEscrow.JobParams[](tracks.length);
        for (uint256 i = 0; i < tracks.length; ++i) {
            rows[i] = tracks[i].params;
            if (tracks[i].status == IJobEscrow.Status.Challenged) escrow.timeoutChallenge(rows[i]);
        }
        escrow.expire(rows);
        escrow.settle(rows);
        for (uint256 i = 0; i < tracks.length; ++i) {
            assertFalse(holdsMoney(escrow.jobOf(tracks[i].id).status), "13: a job does not end by anybody's call");
        }
    }

    function checkGrounds() external view {
        for (uint256 i = 0; i < tracks.length; ++i) {
            Track storage track = tracks[i];
            IJobEscrow.Status status = escrow.jobOf(track.id).status;
            bool timely = track.submittedAt != 0 && track.submittedAt <= track.params.submitBy;
            if (status == IJobEscrow.Status.Paid || status == IJobEscrow.Status.Split) {
                assertTrue(timely && track.submittedByProvider, "14: paid without a timely submission of the provider");
            }
            if (status == IJobEscrow.Status.Refunded) {
                assertTrue(!timely || track.everChallenged, "14: refunded although the provider delivered");
            }
        }
    }

    function checkShares() external view {
        for (uint256 i = 0; i < tracks.length; ++i) {
            Track storage track = tracks[i];
            if (!isClosed(track.status)) continue;
            Payout memory payout = track.payout;
            uint256 gross = uint256(payout.toProvider) + payout.fee + payout.royalty;
            assertEq(gross + payout.refund, track.params.price, "15: shares and refund are not the price");
            assertEq(gross, (uint256(track.charged) * track.grossBps) / 10_000, "15: shares are not the gross");
        }
        for (uint256 i = 0; i < everybody.length; ++i) {
            assertEq(escrow.accountOf(everybody[i]).available, available[everybody[i]], "15: an account was not paid so");
        }
        for (uint256 i = 0; i < modelKeys.length; ++i) {
            assertEq(escrow.proceedsOf(modelKeys[i]).royalty, royalties[modelKeys[i]], "15: a royalty was not credited so");
            assertEq(escrow.proceedsOf(modelKeys[i]).fee, fees[modelKeys[i]], "15: a fee was not credited so");
        }
    }

    function checkFrozenTerms() external view {
        for (uint256 i = 0; i < tracks.length; ++i) {
            Track storage track = tracks[i];
            if (!isClosed(track.status)) continue;
            uint256 gross = (uint256(track.charged) * track.grossBps) / 10_000;
            uint256 fee = (gross * track.feeBpsAtOpening) / 10_000;
            uint256 royalty = (gross * track.royaltyBpsAtOpening) / 10_000;
            assertEq(track.payout.fee, fee, "17: the fee is not that of the opening");
            assertEq(track.payout.royalty, royalty, "17: the royalty is not that of the opening");
            assertEq(track.payout.toProvider, gross - fee - royalty, "17: the provider has not the remainder");
        }
    }

    function checkBystanders() external view {
        assertEq(breach, "", "31: somebody did what only another may");
        for (uint256 i = 0; i < everybody.length; ++i) {
            address account = everybody[i];
            assertEq(usdc.balanceOf(account), wallet[account], "31: a wallet changed by another's hand");
            assertEq(escrow.accountOf(account).available, available[account], "31: a balance changed by another's hand");
        }
    }

    function isClosed(IJobEscrow.Status status) private pure returns (bool) {
        return status == IJobEscrow.Status.Paid || status == IJobEscrow.Status.Split
            || status == IJobEscrow.Status.Refunded;
    }

    function holdsMoney(IJobEscrow.Status status) private pure returns (bool) {
        return status == IJobEscrow.Status.Open || status == IJobEscrow.Status.Submitted
            || status == IJobEscrow.Status.Challenged;
    }
}
