// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EscrowBalances} from "./EscrowBalances.sol";
import {EscrowOrders} from "./EscrowOrders.sol";
import {EscrowSettings} from "./EscrowSettings.sol";
import {IJobEscrow} from "./interfaces/IJobEscrow.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
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
/// - A validator can shift the time of a block by seconds: windows are to be chosen longer than that.
/// - Functions that call the token or an account's code are guarded against reentrancy; the others call nothing but the
///   registries, which call this contract's views and, static and with little gas, gate tokens and signers of licences.
contract JobEscrow is EscrowOrders {
    /// @notice Parameters of a deployment, bounded by the constructor.
    /// @param token USDC.
    /// @param models Register of models.
    /// @param providers Register of stakes; it names this contract as its escrow.
    /// @param owner Sets the fee; a timelock where money is real.
    /// @param guardian Stops creation.
    /// @param feeBps Protocol's share of what is charged.
    /// @param minSubmitDelay Least seconds between opening and `submitBy`.
    /// @param minWindow Least challenge window in seconds.
    /// @param maxWindow Longest challenge window in seconds, at most 7 days.
    /// @param resolvePeriod Seconds that a challenge waits for the game.
    /// @param exposureBps Stake bound by a submitted job, as a share of what it charges.
    /// @param releaseDelay Seconds that reserved balance and the nonces of orders take to leave.
    struct Config {
        address token;
        address models;
        address providers;
        address owner;
        address guardian;
        uint16 feeBps;
        uint40 minSubmitDelay;
        uint32 minWindow;
        uint32 maxWindow;
        uint40 resolvePeriod;
        uint32 exposureBps;
        uint32 releaseDelay;
    }

    uint40 private constant MAX_SUBMIT_DELAY = 30 days;

    uint8 private constant VERDICT_PAID = 1;
    uint8 private constant VERDICT_REFUNDED = 2;
    uint8 private constant VERDICT_SPLIT = 3;
    uint256 private constant TIMEOUT_SPLIT_BPS = 5_000;

    IProviderRegistry private immutable PROVIDERS;
    uint128 private immutable MINIMUM_STAKE;
    uint40 private immutable MIN_SUBMIT_DELAY;
    uint32 private immutable MIN_WINDOW;
    uint32 private immutable MAX_WINDOW;
    uint40 private immutable RESOLVE_PERIOD;
    uint32 private immutable EXPOSURE_BPS;

    mapping(bytes32 jobId => Job) private _jobs;

    /// @notice Checks the parameters against each other and against the registry's.
    /// @param config Parameters of this deployment.
    constructor(Config memory config)
        EscrowSettings(config.owner, config.guardian, config.feeBps)
        EscrowBalances(config.token, config.models)
        EIP712("JobEscrow", "1")
        EscrowOrders(config.releaseDelay)
    {
        require(config.providers != address(0), ZeroAddress());
        _checkRange("minSubmitDelay", config.minSubmitDelay, 1, 1 hours);
        _checkRange("maxWindow", config.maxWindow, 1, 7 days);
        _checkRange("minWindow", config.minWindow, 0, config.maxWindow);
        _checkRange("resolvePeriod", config.resolvePeriod, 1 minutes, 30 days);
        _checkRange("exposureBps", config.exposureBps, 1, 10 * BPS);
        _checkRange("releaseDelay", config.releaseDelay, 1 minutes, MAX_RELEASE_DELAY);

        PROVIDERS = IProviderRegistry(config.providers);
        MINIMUM_STAKE = PROVIDERS.minimumStake();
        MIN_SUBMIT_DELAY = config.minSubmitDelay;
        MIN_WINDOW = config.minWindow;
        MAX_WINDOW = config.maxWindow;
        RESOLVE_PERIOD = config.resolvePeriod;
        EXPOSURE_BPS = config.exposureBps;

        uint256 longestDispute = uint256(config.maxWindow) + config.resolvePeriod;
        _checkRange("thawPeriod", PROVIDERS.thawPeriod(), longestDispute, type(uint40).max);
        require(PROVIDERS.escrow() == address(this), WrongEscrow(PROVIDERS.escrow()));
        require(PROVIDERS.token() == config.token, WrongToken(PROVIDERS.token()));
    }

    /// @inheritdoc IJobEscrow
    function createJob(JobParams calldata params, bytes calldata accessProof)
        external
        nonReentrant
        returns (bytes32 jobId)
    {
        jobId = jobIdOf(params);
        require(msg.sender == params.client, NotClient(jobId, msg.sender));
        if (_wasOpened(jobId)) return jobId;
        _checkTerms(params, accessProof);
        _debit(params.client, params.price);
        _open(jobId, params);
    }

    /// @inheritdoc IJobEscrow
    function createJobWithAuthorization(
        JobParams calldata params,
        bytes calldata accessProof,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external nonReentrant returns (bytes32 jobId) {
        jobId = jobIdOf(params);
        if (_wasOpened(jobId)) return jobId;
        _checkTerms(params, accessProof);
        _pullAuthorized(params.client, params.price, validAfter, validBefore, jobId, signature);
        _open(jobId, params);
    }

    /// @inheritdoc IJobEscrow
    function createJobWithPermit(
        JobParams calldata params,
        bytes calldata accessProof,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (bytes32 jobId) {
        jobId = jobIdOf(params);
        require(msg.sender == params.client, NotClient(jobId, msg.sender));
        if (_wasOpened(jobId)) return jobId;
        _checkTerms(params, accessProof);
        _pullPermitted(params.price, deadline, v, r, s);
        _open(jobId, params);
    }

    /// @inheritdoc IJobEscrow
    function createJobs(SignedJob[] calldata rows) external nonReentrant returns (uint256 opened) {
        for (uint256 i; i < rows.length; ++i) {
            if (_openSigned(rows[i], i)) ++opened;
        }
    }

    /// @inheritdoc IJobEscrow
    function revoke(JobParams calldata params) external {
        bytes32 jobId = jobIdOf(params);
        require(msg.sender == params.client, NotClient(jobId, msg.sender));
        _requireStatus(jobId, Status.None);
        _jobs[jobId].status = Status.Revoked;
        emit JobRevoked(jobId, params.client);
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
    function checkTerms(JobParams calldata params, bytes calldata accessProof) external view {
        _checkTerms(params, accessProof);
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

    /// @inheritdoc IJobEscrow
    function jobIdOf(JobParams calldata params) public view returns (bytes32 jobId) {
        return _hashTypedDataV4(JobTypes.hashParams(params));
    }

    function _open(bytes32 jobId, JobParams calldata params) private {
        JobTypes.storeOpen(_jobs[jobId]);
        JobTypes.emitOpened(jobId, params);
    }

    /// @dev The terms are checked from outside, so that whatever they revert with skips this row alone.
    function _openSigned(SignedJob calldata row, uint256 index) private returns (bool opened) {
        JobParams calldata params = row.params;
        bytes32 jobId = jobIdOf(params);
        if (_jobs[jobId].status != Status.None) return false;
        (address client, uint64 price) = (params.client, params.price);
        if (_accounts[client].available < price) return false;
        try this.checkTerms(params, row.accessProof) {}
        catch {
            return false;
        }
        if (!_signedRow(client, jobId, row.clientSignature, index)) return false;
        _debit(client, price);
        _open(jobId, params);
        return true;
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

    /// @dev The same terms again are a success that changes nothing, whatever became of the job; a revoked id stays dead.
    function _wasOpened(bytes32 jobId) private view returns (bool opened) {
        Status status = _jobs[jobId].status;
        require(status != Status.Revoked, WrongStatus(jobId, status));
        return status != Status.None;
    }

    function _checkTerms(JobParams calldata params, bytes calldata accessProof) private view {
        Settings memory settings = _settings;
        require(!settings.creationPaused, CreationPaused());
        (uint8 verifyMode, bytes32 groupId) = (params.verifyMode, params.groupId);
        require(verifyMode == 0, UnsupportedVerifyMode(verifyMode));
        require(groupId == 0, UnexpectedGroup(groupId));
        _checkTimes(params.submitBy, params.challengeWindow);
        _checkModel(params, accessProof, settings.feeBps);
        address provider = params.provider;
        uint128 staked = PROVIDERS.stakeOf(provider);
        require(staked >= MINIMUM_STAKE, ProviderNotStaked(provider, staked, MINIMUM_STAKE));
    }

    function _checkTimes(uint40 submitBy, uint32 window) private view {
        unchecked {
            (uint40 earliest, uint40 latest) =
                (uint40(block.timestamp) + MIN_SUBMIT_DELAY, uint40(block.timestamp) + MAX_SUBMIT_DELAY);
            require(submitBy >= earliest && submitBy <= latest, SubmitByOutOfRange(submitBy, earliest, latest));
        }
        require(window >= MIN_WINDOW && window <= MAX_WINDOW, WindowOutOfRange(window, MIN_WINDOW, MAX_WINDOW));
    }

    /// @dev Terms that the client signed must be the current ones, so that nobody changes them while a job is on its way.
    function _checkModel(JobParams calldata params, bytes calldata accessProof, uint16 currentFeeBps) private view {
        (bytes32 modelKey, uint64 price, uint64 floor) = (params.modelKey, params.price, params.floor);
        require(price >= floor, PriceBelowFloor(price, floor));
        IModelRegistry.Terms memory terms = MODELS.termsOf(modelKey);
        require(terms.status == IModelRegistry.ModelStatus.Active, ModelNotActive(modelKey));
        require(
            floor == terms.floor && params.royaltyBps == terms.royaltyBps && params.feeBps == currentFeeBps,
            StaleTerms(terms.floor, terms.royaltyBps, currentFeeBps)
        );
        if (terms.policy == IModelRegistry.AccessPolicy.Public && accessProof.length == 0) return;
        address client = params.client;
        require(MODELS.canUse(modelKey, client, accessProof), AccessRefused(modelKey, client));
    }

    function _requireStatus(bytes32 jobId, Status expected) private view {
        Status status = _jobs[jobId].status;
        require(status == expected, WrongStatus(jobId, status));
    }

    /// @inheritdoc EscrowOrders
    function _speaksFor(address provider, address account) internal view override returns (bool speaks) {
        return account == provider || PROVIDERS.keyValidAt(provider, account, uint40(block.timestamp));
    }

    /// @dev 64 bits times 32 bits cannot overflow.
    function _exposureOf(uint64 charged) private view returns (uint256 exposure) {
        unchecked {
            return (uint256(charged) * EXPOSURE_BPS) / BPS;
        }
    }

    function _checkRange(string memory name, uint256 value, uint256 min, uint256 max) private pure {
        require(value >= min && value <= max, ParameterOutOfRange(name, value, min, max));
    }
}
