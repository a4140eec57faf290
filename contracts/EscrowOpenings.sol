// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {EscrowBalances} from "./EscrowBalances.sol";
import {EscrowOrders} from "./EscrowOrders.sol";
import {EscrowSettings} from "./EscrowSettings.sol";
import {IJobEscrow} from "./interfaces/IJobEscrow.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {JobTypes} from "./libraries/JobTypes.sol";

/// @title Opening of jobs
/// @notice Four ways to pay for a job, one set of terms that must hold.
abstract contract EscrowOpenings is EscrowOrders {
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

    uint40 internal constant MAX_SUBMIT_DELAY = 30 days;

    IProviderRegistry internal immutable PROVIDERS;
    uint128 private immutable MINIMUM_STAKE;
    uint40 internal immutable MIN_SUBMIT_DELAY;
    uint32 internal immutable MIN_WINDOW;
    uint32 internal immutable MAX_WINDOW;

    mapping(bytes32 jobId => Job) internal _jobs;

    /// @notice Checks what the opening of jobs depends on.
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
        _checkRange("releaseDelay", config.releaseDelay, 1 minutes, MAX_RELEASE_DELAY);
        PROVIDERS = IProviderRegistry(config.providers);
        MINIMUM_STAKE = PROVIDERS.minimumStake();
        MIN_SUBMIT_DELAY = config.minSubmitDelay;
        MIN_WINDOW = config.minWindow;
        MAX_WINDOW = config.maxWindow;
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
    function checkTerms(JobParams calldata params, bytes calldata accessProof) external view {
        _checkTerms(params, accessProof);
    }

    /// @inheritdoc IJobEscrow
    function jobIdOf(JobParams calldata params) public view returns (bytes32 jobId) {
        return _hashTypedDataV4(JobTypes.hashParams(params));
    }

    function _requireStatus(bytes32 jobId, Status expected) internal view {
        Status status = _jobs[jobId].status;
        require(status == expected, WrongStatus(jobId, status));
    }

    function _speaksFor(address provider, address account) internal view override returns (bool speaks) {
        return account == provider || PROVIDERS.keyValidAt(provider, account, uint40(block.timestamp));
    }

    function _checkRange(string memory name, uint256 value, uint256 min, uint256 max) internal pure {
        require(value >= min && value <= max, ParameterOutOfRange(name, value, min, max));
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
        try this.checkTerms(params, row.accessProof) {
            if (!_signedRow(client, jobId, row.clientSignature, index)) return false;
            _debit(client, price);
            _open(jobId, params);
            return true;
        } catch {
            return false;
        }
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
}
