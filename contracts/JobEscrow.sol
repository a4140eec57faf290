// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EscrowOpenings} from "./EscrowOpenings.sol";
import {IJobEscrow} from "./interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {JobTypes} from "./libraries/JobTypes.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Escrow of single jobs
/// @notice One signature opens a job and pays for it; silence of the provider refunds the client, silence of the client
/// pays the provider.
/// @dev Trust assumptions:
/// - The token is Circle's USDC: no fee on transfer, no rebasing, no hooks. Circle can pause it or blacklist an account.
///   Then money in this contract changes hands in its books as before, and only deposits and payouts wait. If this
///   contract itself is blacklisted, payouts wait until it is not; nothing on chain can help that.
/// - The model and provider registries are fixed at deployment and are called without suspicion.
/// - The owner sets the fee of jobs to come (capped, once in 30 days), names the guardian and, once, the game. It cannot
///   touch a job or an account. The guardian can stop the making of jobs and deposits, nothing else; only the owner
///   lets them go on.
/// - Once set, the game decides challenged jobs within what they hold, and only within the resolve period is it waited
///   for. While it is not set no job can be challenged.
/// - What a client has reserved backs all orders that it signs, for whatever provider, and orders bind no stake: a provider
///   chooses how much unsettled work it trusts a client with, and settles when a release or a cancellation starts.
/// - A validator can shift the time of a block by seconds: windows are to be chosen longer than that.
/// - Functions that call the token or an account's code are guarded against reentrancy; the others call nothing but the
///   registries, which call this contract's views and, static and with little gas, gate tokens and signers of licences.
contract JobEscrow is EscrowOpenings {
    uint8 private constant VERDICT_PAID = 1;
    uint8 private constant VERDICT_REFUNDED = 2;
    uint8 private constant VERDICT_SPLIT = 3;
    uint256 private constant TIMEOUT_SPLIT_BPS = 5_000;

    uint40 private immutable RESOLVE_PERIOD;
    uint32 private immutable EXPOSURE_BPS;

    /// @notice Checks the parameters against each other and against the registry's.
    /// @param config Parameters of this deployment.
    constructor(Config memory config) EscrowOpenings(config) {
        _checkRange("resolvePeriod", config.resolvePeriod, 1 minutes, 30 days);
        _checkRange("exposureBps", config.exposureBps, 1, 10 * BPS);
        RESOLVE_PERIOD = config.resolvePeriod;
        EXPOSURE_BPS = config.exposureBps;

        uint256 longestDispute = uint256(config.maxWindow) + config.resolvePeriod;
        IProviderRegistry providers = IProviderRegistry(config.providers);
        _checkRange("thawPeriod", providers.thawPeriod(), longestDispute, type(uint40).max);
        require(providers.escrow() == address(this), WrongEscrow(providers.escrow()));
        require(providers.token() == config.token, WrongToken(providers.token()));
    }

    /// @inheritdoc IJobEscrow
    function decline(JobParams calldata params) external {
        bytes32 jobId = jobIdOf(params);
        require(_speaksFor(params.provider, msg.sender), NotProvider(jobId, msg.sender));
        _requireStatus(jobId, Status.Open);
        emit JobDeclined(jobId, params.provider);
        _refund(jobId, params);
    }

    /// @inheritdoc IJobEscrow
    function submit(JobParams calldata params, bytes32 resultCommit, bytes32 resultRef, uint64 charged) external {
        bytes32 jobId = jobIdOf(params);
        require(_speaksFor(params.provider, msg.sender), NotProvider(jobId, msg.sender));
        _submit(jobId, params, resultCommit, resultRef, charged);
    }

    /// @inheritdoc IJobEscrow
    function submitSigned(
        JobParams calldata params,
        bytes32 resultCommit,
        bytes32 resultRef,
        uint64 charged,
        bytes calldata signature
    ) external nonReentrant {
        bytes32 jobId = jobIdOf(params);
        bytes32 digest = _hashTypedDataV4(JobTypes.hashSubmission(jobId, resultCommit, resultRef, charged));
        address signer = Signatures.recover(digest, signature);
        require(
            (signer != address(0) && _speaksFor(params.provider, signer))
                || Signatures.isValidERC1271(params.provider, digest, signature),
            BadSignature(params.provider)
        );
        _submit(jobId, params, resultCommit, resultRef, charged);
    }

    /// @inheritdoc IJobEscrow
    function accept(JobParams calldata params) external {
        bytes32 jobId = jobIdOf(params);
        require(msg.sender == params.client, NotClient(jobId, msg.sender));
        _requireStatus(jobId, Status.Submitted);
        _pay(jobId, params, _jobs[jobId].charged);
    }

    /// @inheritdoc IJobEscrow
    function acceptSigned(
        JobParams calldata params,
        bytes32 resultCommit,
        bytes32 resultRef,
        bytes calldata signature
    ) external nonReentrant {
        bytes32 jobId = jobIdOf(params);
        _requireStatus(jobId, Status.Submitted);
        Job storage job = _jobs[jobId];
        uint64 charged = job.charged;
        require(job.tag == JobTypes.resultTag(resultCommit, resultRef), ResultMismatch(jobId));
        bytes32 digest = _hashTypedDataV4(JobTypes.hashAcceptance(jobId, resultCommit, resultRef, charged));
        require(Signatures.isValid(params.client, digest, signature), BadSignature(params.client));
        _pay(jobId, params, charged);
    }

    /// @inheritdoc IJobEscrow
    function settle(JobParams[] calldata params) external returns (uint256 paid) {
        for (uint256 i; i < params.length; ++i) {
            JobParams calldata row = params[i];
            bytes32 jobId = jobIdOf(row);
            (Status status, uint40 time, uint64 charged) = JobTypes.load(_jobs[jobId]);
            if (status != Status.Submitted) continue;
            if (block.timestamp <= uint256(time) + row.challengeWindow) continue;
            _pay(jobId, row, charged);
            ++paid;
        }
    }

    /// @inheritdoc IJobEscrow
    function expire(JobParams[] calldata params) external returns (uint256 refunded) {
        for (uint256 i; i < params.length; ++i) {
            if (block.timestamp <= params[i].submitBy) continue;
            bytes32 jobId = jobIdOf(params[i]);
            if (_jobs[jobId].status != Status.Open) continue;
            _refund(jobId, params[i]);
            ++refunded;
        }
    }

    /// @inheritdoc IJobEscrow
    function challenge(JobParams calldata params) external onlyGame {
        bytes32 jobId = jobIdOf(params);
        _requireStatus(jobId, Status.Submitted);
        Job storage job = _jobs[jobId];
        uint256 closesAt = uint256(job.time) + params.challengeWindow;
        require(block.timestamp <= closesAt, WindowClosed(jobId, closesAt));
        job.status = Status.Challenged;
        job.time = uint40(block.timestamp);
        emit JobChallenged(jobId, params.provider);
    }

    /// @inheritdoc IJobEscrow
    function resolve(JobParams calldata params, uint8 verdict, uint16 providerBps) external onlyGame {
        bytes32 jobId = jobIdOf(params);
        _requireStatus(jobId, Status.Challenged);
        require(verdict >= VERDICT_PAID && verdict <= VERDICT_SPLIT, BadVerdict(verdict));
        uint64 charged = _jobs[jobId].charged;
        if (verdict == VERDICT_PAID) {
            _pay(jobId, params, charged);
        } else if (verdict == VERDICT_REFUNDED) {
            _unbind(params.provider, _exposureOf(charged));
            _refund(jobId, params);
        } else {
            require(providerBps <= BPS, SplitOutOfRange(providerBps));
            _split(jobId, params, charged, providerBps);
        }
    }

    /// @inheritdoc IJobEscrow
    function timeoutChallenge(JobParams calldata params) external {
        bytes32 jobId = jobIdOf(params);
        _requireStatus(jobId, Status.Challenged);
        uint256 until = uint256(_jobs[jobId].time) + RESOLVE_PERIOD;
        require(block.timestamp > until, ResolvePeriodRunning(jobId, until));
        _split(jobId, params, _jobs[jobId].charged, TIMEOUT_SPLIT_BPS);
    }

    /// @inheritdoc IJobEscrow
    function jobOf(bytes32 jobId) external view returns (Job memory job) {
        return _jobs[jobId];
    }

    /// @inheritdoc IJobEscrow
    function limits() external view returns (Limits memory bounds) {
        return Limits(MIN_SUBMIT_DELAY, MAX_SUBMIT_DELAY, MIN_WINDOW, MAX_WINDOW, RESOLVE_PERIOD, EXPOSURE_BPS, RELEASE_DELAY);
    }

    /// @inheritdoc IJobEscrow
    function contracts() external view returns (address token, address models, address providers) {
        return (address(TOKEN), address(MODELS), address(PROVIDERS));
    }

    function _submit(
        bytes32 jobId,
        JobParams calldata params,
        bytes32 resultCommit,
        bytes32 resultRef,
        uint64 charged
    ) private {
        _requireStatus(jobId, Status.Open);
        address provider = params.provider;
        (uint64 price, uint64 floor, uint40 submitBy) = (params.price, params.floor, params.submitBy);
        require(block.timestamp <= submitBy, SubmitTooLate(jobId, submitBy));
        require(charged >= floor && charged <= price, ChargeOutOfRange(jobId, charged, floor, price));
        JobTypes.storeSubmitted(_jobs[jobId], charged, JobTypes.resultTag(resultCommit, resultRef));
        emit JobSubmitted(jobId, provider, resultCommit, resultRef, charged);
        _bind(provider, _exposureOf(charged));
    }

    /// @dev The registry asks for this sum before it lets stake go.
    function _bind(address provider, uint256 amount) private {
        Account storage account = _accounts[provider];
        uint256 exposure = account.exposure + amount;
        account.exposure = SafeCast.toUint48(exposure);
        uint128 staked = PROVIDERS.stakeOf(provider);
        require(exposure <= staked, IProviderRegistry.StakeTooSmall(provider, staked, exposure));
    }

    function _pay(bytes32 jobId, JobParams calldata params, uint64 charged) private {
        _jobs[jobId].status = Status.Paid;
        address provider = params.provider;
        (uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund) =
            _credit(params, provider, charged, _exposureOf(charged));
        emit JobPaid(jobId, provider, toProvider, fee, royalty, refund);
    }

    function _split(bytes32 jobId, JobParams calldata params, uint64 charged, uint256 providerBps) private {
        _jobs[jobId].status = Status.Split;
        address provider = params.provider;
        uint64 gross = _share(charged, providerBps);
        (uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund) =
            _credit(params, provider, gross, _exposureOf(charged));
        emit JobSplit(jobId, provider, toProvider, fee, royalty, refund);
    }

    function _refund(bytes32 jobId, JobParams calldata params) private {
        _jobs[jobId].status = Status.Refunded;
        _accounts[params.client].available += params.price;
        emit JobRefunded(jobId, params.client, params.price);
    }

    /// @dev 64 bits times 32 bits cannot overflow.
    function _exposureOf(uint64 charged) private view returns (uint256 exposure) {
        unchecked {
            return (uint256(charged) * EXPOSURE_BPS) / BPS;
        }
    }
}
