// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "../../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Shares} from "./Shares.sol";

/// @notice What becomes of the price of a single job, for all terms, charges and balances.
/// @dev What is assumed of a job that was submitted is what opening and submission require: rates within their caps, and a
/// charge of at most the price. Gains are differences modulo 2^256: a checked subtraction would revert and hide a loss.
contract JobShares is Shares {
    uint16 private constant MAX_FEE_BPS = 500;
    uint16 private constant MAX_ROYALTY_BPS = 3_000;
    uint8 private constant REFUNDED = 2;
    uint8 private constant SPLIT = 3;

    struct Gains {
        uint256 fee;
        uint256 royalty;
        uint256 provider;
        uint256 client;
    }

    function setUp() public {
        deployCore();
        svm.enableSymbolicStorage(address(registry));
        svm.enableSymbolicStorage(address(escrow));
    }

    function check_paid_feeIsItsRate(IJobEscrow.JobParams calldata params) external {
        (uint64 charged, Gains memory gains) = pay(params);
        assert(gains.fee == shareOf(charged, params.feeBps));
    }

    function check_paid_royaltyIsItsRate(IJobEscrow.JobParams calldata params) external {
        (uint64 charged, Gains memory gains) = pay(params);
        assert(gains.royalty == shareOf(charged, params.royaltyBps));
    }

    function check_paid_providerHasTheRest(IJobEscrow.JobParams calldata params) external {
        (uint64 charged, Gains memory gains) = pay(params);
        assert(gains.provider == charged - shareOf(charged, params.feeBps) - shareOf(charged, params.royaltyBps));
    }

    function check_paid_clientHasWhatIsNotCharged(IJobEscrow.JobParams calldata params) external {
        (uint64 charged, Gains memory gains) = pay(params);
        assert(gains.client == params.price - charged);
    }

    function check_paid_toOneselfGivesTheSame(IJobEscrow.JobParams calldata params) external {
        vm.assume(params.client == params.provider);
        uint64 charged = assumeJob(params, IJobEscrow.Status.Submitted);
        assumeShares(params, charged);
        Gains memory before = booksOf(params);
        accept(params);
        Gains memory gains = gainsSince(before, params);
        uint256 kept = shareOf(charged, params.feeBps) + shareOf(charged, params.royaltyBps);
        assert(gains.provider == params.price - kept);
    }

    function check_split_feeIsItsRateOfThePart(IJobEscrow.JobParams calldata params, uint16 providerBps) external {
        (uint64 gross, Gains memory gains) = split(params, providerBps);
        assert(gains.fee == shareOf(gross, params.feeBps));
    }

    function check_split_royaltyIsItsRateOfThePart(IJobEscrow.JobParams calldata params, uint16 providerBps) external {
        (uint64 gross, Gains memory gains) = split(params, providerBps);
        assert(gains.royalty == shareOf(gross, params.royaltyBps));
    }

    function check_split_providerHasTheRestOfThePart(IJobEscrow.JobParams calldata params, uint16 providerBps)
        external
    {
        (uint64 gross, Gains memory gains) = split(params, providerBps);
        assert(gains.provider == gross - shareOf(gross, params.feeBps) - shareOf(gross, params.royaltyBps));
    }

    function check_split_clientHasThePriceLessThePart(IJobEscrow.JobParams calldata params, uint16 providerBps)
        external
    {
        (uint64 gross, Gains memory gains) = split(params, providerBps);
        assert(gains.client == params.price - gross);
    }

    function check_timedOut_clientHasThePriceLessHalfTheCharge(IJobEscrow.JobParams calldata params, uint40 time)
        external
    {
        (uint64 gross, Gains memory gains) = timeOut(params, time);
        assert(gains.client == params.price - gross);
    }

    function check_timedOut_feeIsItsRateOfTheHalf(IJobEscrow.JobParams calldata params, uint40 time) external {
        (uint64 gross, Gains memory gains) = timeOut(params, time);
        assert(gains.fee == shareOf(gross, params.feeBps));
    }

    function check_timedOut_royaltyIsItsRateOfTheHalf(IJobEscrow.JobParams calldata params, uint40 time) external {
        (uint64 gross, Gains memory gains) = timeOut(params, time);
        assert(gains.royalty == shareOf(gross, params.royaltyBps));
    }

    function check_timedOut_providerHasTheRestOfTheHalf(IJobEscrow.JobParams calldata params, uint40 time) external {
        (uint64 gross, Gains memory gains) = timeOut(params, time);
        assert(gains.provider == gross - shareOf(gross, params.feeBps) - shareOf(gross, params.royaltyBps));
    }

    function check_refunded_clientHasThePrice(IJobEscrow.JobParams calldata params) external {
        assumeJob(params, IJobEscrow.Status.Challenged);
        Gains memory before = booksOf(params);
        resolve(params, REFUNDED, 0);
        assert(gainsSince(before, params).client == params.price);
    }

    function check_refunded_nobodyElseHasAnything(IJobEscrow.JobParams calldata params) external {
        vm.assume(params.client != params.provider);
        assumeJob(params, IJobEscrow.Status.Challenged);
        Gains memory before = booksOf(params);
        resolve(params, REFUNDED, 0);
        Gains memory gains = gainsSince(before, params);
        assert(gains.fee | gains.royalty | gains.provider == 0);
    }

    function refute_paid_royaltyIsNotTaken(IJobEscrow.JobParams calldata params) external {
        (uint64 charged, Gains memory gains) = pay(params);
        assert(gains.provider == charged - shareOf(charged, params.feeBps));
    }

    function refute_split_clientHasNothingOfTheCharge(IJobEscrow.JobParams calldata params, uint16 providerBps)
        external
    {
        (, Gains memory gains) = split(params, providerBps);
        assert(gains.client == 0);
    }

    function refute_timedOut_isARefund(IJobEscrow.JobParams calldata params, uint40 time) external {
        (, Gains memory gains) = timeOut(params, time);
        assert(gains.client == params.price);
    }

    function refute_refunded_clientHasNothing(IJobEscrow.JobParams calldata params) external {
        assumeJob(params, IJobEscrow.Status.Challenged);
        Gains memory before = booksOf(params);
        resolve(params, REFUNDED, 0);
        assert(gainsSince(before, params).client == 0);
    }

    function pay(IJobEscrow.JobParams calldata params) private returns (uint64 charged, Gains memory gains) {
        vm.assume(params.client != params.provider);
        charged = assumeJob(params, IJobEscrow.Status.Submitted);
        assumeShares(params, charged);
        Gains memory before = booksOf(params);
        accept(params);
        gains = gainsSince(before, params);
    }

    function split(IJobEscrow.JobParams calldata params, uint16 providerBps)
        private
        returns (uint64 gross, Gains memory gains)
    {
        vm.assume(params.client != params.provider && providerBps <= BPS);
        gross = assumePart(params, providerBps);
        Gains memory before = booksOf(params);
        resolve(params, SPLIT, providerBps);
        gains = gainsSince(before, params);
    }

    function timeOut(IJobEscrow.JobParams calldata params, uint40 time)
        private
        returns (uint64 gross, Gains memory gains)
    {
        vm.assume(params.client != params.provider);
        gross = assumePart(params, 5_000);
        Gains memory before = booksOf(params);
        vm.warp(time);
        escrow.timeoutChallenge(params);
        gains = gainsSince(before, params);
    }

    function accept(IJobEscrow.JobParams calldata params) private {
        vm.prank(params.client);
        escrow.accept(params);
    }

    function resolve(IJobEscrow.JobParams calldata params, uint8 verdict, uint16 providerBps) private {
        vm.prank(escrow.game());
        escrow.resolve(params, verdict, providerBps);
    }

    function assumePart(IJobEscrow.JobParams calldata params, uint16 providerBps) private view returns (uint64 gross) {
        uint64 charged = assumeJob(params, IJobEscrow.Status.Challenged);
        vm.assume(isAtMostTheAmount(charged, providerBps));
        gross = uint64(shareOf(charged, providerBps));
        assumeShares(params, gross);
    }

    function assumeJob(IJobEscrow.JobParams calldata params, IJobEscrow.Status status)
        private
        view
        returns (uint64 charged)
    {
        IJobEscrow.Job memory job = escrow.jobOf(escrow.jobIdOf(params));
        vm.assume(job.status == status && job.charged <= params.price);
        vm.assume(params.feeBps <= MAX_FEE_BPS && params.royaltyBps <= MAX_ROYALTY_BPS);
        return job.charged;
    }

    function assumeShares(IJobEscrow.JobParams calldata params, uint64 amount) private pure {
        vm.assume(isAtMostTheAmount(amount, params.feeBps) && isAtMostTheAmount(amount, params.royaltyBps));
        vm.assume(isAtMostShareOfBoth(amount, params.feeBps, params.royaltyBps));
        vm.assume(isAtMostTheAmount(amount, params.feeBps + params.royaltyBps));
    }

    function booksOf(IJobEscrow.JobParams calldata params) private view returns (Gains memory books) {
        IEscrowAccounts.Proceeds memory proceeds = escrow.proceedsOf(params.modelKey);
        (books.fee, books.royalty) = (proceeds.fee, proceeds.royalty);
        books.provider = escrow.accountOf(params.provider).available;
        books.client = escrow.accountOf(params.client).available;
    }

    function gainsSince(Gains memory before, IJobEscrow.JobParams calldata params)
        private
        view
        returns (Gains memory gains)
    {
        gains = booksOf(params);
        unchecked {
            gains.fee -= before.fee;
            gains.royalty -= before.royalty;
            gains.provider -= before.provider;
            gains.client -= before.client;
        }
    }
}
