// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IFiatToken} from "./interfaces/IFiatToken.sol";
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
///   registries, which call nobody.
contract JobEscrow is IJobEscrow, Ownable2Step, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IFiatToken;

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
    }

    /// @dev What a model earned for its owner and for the protocol: one slot, for both are written whenever a job is paid.
    struct Proceeds {
        uint128 royalty;
        uint128 fee;
    }

    /// @dev One slot, read whenever a job is made.
    struct Settings {
        address guardian;
        uint16 feeBps;
        uint40 feeChangedAt;
        bool creationPaused;
    }

    /// @notice Cap of the protocol's share.
    uint16 public constant MAX_FEE_BPS = 500;

    /// @notice Least time between two changes of the fee.
    uint40 public constant FEE_CHANGE_INTERVAL = 30 days;

    /// @notice Longest time between opening and `submitBy`.
    uint40 public constant MAX_SUBMIT_DELAY = 30 days;

    uint256 private constant BPS = 10_000;
    uint8 private constant VERDICT_PAID = 1;
    uint8 private constant VERDICT_REFUNDED = 2;
    uint8 private constant VERDICT_SPLIT = 3;
    uint256 private constant TIMEOUT_SPLIT_BPS = 5_000;

    IFiatToken private immutable TOKEN;
    IModelRegistry private immutable MODELS;
    IProviderRegistry private immutable PROVIDERS;
    uint128 private immutable MINIMUM_STAKE;
    uint40 private immutable MIN_SUBMIT_DELAY;
    uint32 private immutable MIN_WINDOW;
    uint32 private immutable MAX_WINDOW;
    uint40 private immutable RESOLVE_PERIOD;
    uint32 private immutable EXPOSURE_BPS;

    mapping(bytes32 jobId => Job) private _jobs;
    mapping(address account => Account) private _accounts;
    mapping(bytes32 modelKey => Proceeds) private _proceeds;
    Settings private _settings;

    /// @inheritdoc IJobEscrow
    address public game;

    /// @notice Checks the parameters against each other and against the registry's.
    /// @param config Parameters of this deployment.
    constructor(Config memory config) Ownable(config.owner) EIP712("JobEscrow", "1") {
        require(config.token != address(0) && config.models != address(0), ZeroAddress());
        require(config.providers != address(0) && config.guardian != address(0), ZeroAddress());
        require(config.feeBps <= MAX_FEE_BPS, FeeTooHigh(config.feeBps, MAX_FEE_BPS));
        _checkRange("minSubmitDelay", config.minSubmitDelay, 1, 1 hours);
        _checkRange("maxWindow", config.maxWindow, 1, 7 days);
        _checkRange("minWindow", config.minWindow, 0, config.maxWindow);
        _checkRange("resolvePeriod", config.resolvePeriod, 1 minutes, 30 days);
        _checkRange("exposureBps", config.exposureBps, 1, 10 * BPS);

        TOKEN = IFiatToken(config.token);
        MODELS = IModelRegistry(config.models);
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

        _settings.guardian = config.guardian;
        _settings.feeBps = config.feeBps;
        emit GuardianChanged(config.guardian);
        emit FeeChanged(config.feeBps);
    }

    modifier onlyGame() {
        address current = game;
        require(current != address(0) && msg.sender == current, NotGame(msg.sender));
        _;
    }

    /// @inheritdoc IJobEscrow
    function deposit(uint64 amount) external nonReentrant {
        _checkDeposit(amount);
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        _checkReceived(balanceBefore, amount);
        _accounts[msg.sender].available += amount;
        emit Deposited(msg.sender, msg.sender, amount);
    }

    /// @inheritdoc IJobEscrow
    function depositWithAuthorization(
        address from,
        uint64 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external nonReentrant {
        _checkDeposit(amount);
        bytes32 nonce = JobTypes.depositNonce(from, amount, salt);
        _pullAuthorized(from, amount, validAfter, validBefore, nonce, signature);
        _accounts[from].available += amount;
        emit Deposited(from, from, amount);
    }

    /// @inheritdoc IJobEscrow
    function withdraw(address to, uint64 amount) external nonReentrant {
        require(amount != 0, ZeroAmount());
        _checkRecipient(to);
        _debit(msg.sender, amount);
        emit Withdrawn(msg.sender, to, amount);
        TOKEN.safeTransfer(to, amount);
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
    function submit(JobParams calldata params, bytes32 resultCommit, bytes32 resultRef, uint64 charged)
        external
    {
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
            Job memory job = _jobs[jobId];
            if (job.status != Status.Submitted) continue;
            if (block.timestamp <= uint256(job.time) + row.challengeWindow) continue;
            _pay(jobId, row, job.charged);
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
            PROVIDERS.removeExposure(params.provider, _exposureOf(charged));
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
        Job storage job = _jobs[jobId];
        uint256 until = uint256(job.time) + RESOLVE_PERIOD;
        require(block.timestamp > until, ResolvePeriodRunning(jobId, until));
        _split(jobId, params, job.charged, TIMEOUT_SPLIT_BPS);
    }

    /// @inheritdoc IJobEscrow
    function claimRoyalty(bytes32 modelKey, address to) external nonReentrant {
        _checkRecipient(to);
        require(msg.sender == MODELS.termsOf(modelKey).owner, NotModelOwner(modelKey, msg.sender));
        uint256 amount = _proceeds[modelKey].royalty;
        require(amount != 0, ZeroAmount());
        _proceeds[modelKey].royalty = 0;
        emit RoyaltyClaimed(modelKey, to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IJobEscrow
    function collectFees(bytes32[] calldata modelKeys, address to) external onlyOwner nonReentrant {
        _checkRecipient(to);
        uint256 amount;
        for (uint256 i; i < modelKeys.length; ++i) {
            amount += _proceeds[modelKeys[i]].fee;
            _proceeds[modelKeys[i]].fee = 0;
        }
        require(amount != 0, ZeroAmount());
        emit FeesCollected(to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IJobEscrow
    function setFee(uint16 newFeeBps) external onlyOwner {
        require(newFeeBps <= MAX_FEE_BPS, FeeTooHigh(newFeeBps, MAX_FEE_BPS));
        uint40 changedAt = _settings.feeChangedAt;
        uint40 nextChangeAt = changedAt == 0 ? 0 : changedAt + FEE_CHANGE_INTERVAL;
        require(block.timestamp >= nextChangeAt, FeeChangedRecently(nextChangeAt));
        _settings.feeBps = newFeeBps;
        _settings.feeChangedAt = uint40(block.timestamp);
        emit FeeChanged(newFeeBps);
    }

    /// @inheritdoc IJobEscrow
    function setGame(address newGame) external onlyOwner {
        require(newGame != address(0), ZeroAddress());
        require(game == address(0), GameAlreadySet(game));
        game = newGame;
        emit GameSet(newGame);
    }

    /// @inheritdoc IJobEscrow
    function setGuardian(address newGuardian) external onlyOwner {
        require(newGuardian != address(0), ZeroAddress());
        _settings.guardian = newGuardian;
        emit GuardianChanged(newGuardian);
    }

    /// @inheritdoc IJobEscrow
    function pauseCreation() external {
        require(msg.sender == _settings.guardian || msg.sender == owner(), NotGuardian(msg.sender));
        _settings.creationPaused = true;
        emit CreationPauseChanged(true, msg.sender);
    }

    /// @inheritdoc IJobEscrow
    function unpauseCreation() external onlyOwner {
        _settings.creationPaused = false;
        emit CreationPauseChanged(false, msg.sender);
    }

    /// @inheritdoc IJobEscrow
    function jobOf(bytes32 jobId) external view returns (Job memory job) {
        return _jobs[jobId];
    }

    /// @inheritdoc IJobEscrow
    function accountOf(address account) external view returns (Account memory balance) {
        return _accounts[account];
    }

    /// @inheritdoc IJobEscrow
    function feeBps() external view returns (uint16 bps) {
        return _settings.feeBps;
    }

    /// @inheritdoc IJobEscrow
    function royaltyOwed(bytes32 modelKey) external view returns (uint256 amount) {
        return _proceeds[modelKey].royalty;
    }

    /// @inheritdoc IJobEscrow
    function feesAccrued(bytes32 modelKey) external view returns (uint256 amount) {
        return _proceeds[modelKey].fee;
    }

    /// @inheritdoc IJobEscrow
    function guardian() external view returns (address account) {
        return _settings.guardian;
    }

    /// @inheritdoc IJobEscrow
    function creationPaused() external view returns (bool paused) {
        return _settings.creationPaused;
    }

    /// @inheritdoc IJobEscrow
    function limits() external view returns (Limits memory bounds) {
        return Limits({
            minSubmitDelay: MIN_SUBMIT_DELAY,
            maxSubmitDelay: MAX_SUBMIT_DELAY,
            minWindow: MIN_WINDOW,
            maxWindow: MAX_WINDOW,
            resolvePeriod: RESOLVE_PERIOD,
            exposureBps: EXPOSURE_BPS
        });
    }

    /// @inheritdoc IJobEscrow
    function contracts() external view returns (address token, address models, address providers) {
        return (address(TOKEN), address(MODELS), address(PROVIDERS));
    }

    /// @inheritdoc IJobEscrow
    function jobIdOf(JobParams calldata params) public view returns (bytes32 jobId) {
        return _hashTypedDataV4(JobTypes.hashParams(params));
    }

    /// @notice Disabled: without an owner a paused creation could never go on.
    function renounceOwnership() public view override onlyOwner {
        revert RenounceDisabled();
    }

    function _open(bytes32 jobId, JobParams calldata params) private {
        _jobs[jobId].status = Status.Open;
        JobTypes.emitOpened(jobId, params);
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
        _jobs[jobId] = Job({
            status: Status.Submitted,
            time: uint40(block.timestamp),
            charged: charged,
            tag: JobTypes.resultTag(resultCommit, resultRef)
        });
        emit JobSubmitted(jobId, provider, resultCommit, resultRef, charged);
        PROVIDERS.addExposure(provider, _exposureOf(charged));
    }

    function _pay(bytes32 jobId, JobParams calldata params, uint64 charged) private {
        _jobs[jobId].status = Status.Paid;
        address provider = params.provider;
        (uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund) = _credit(params, provider, charged);
        emit JobPaid(jobId, provider, toProvider, fee, royalty, refund);
        PROVIDERS.removeExposure(provider, _exposureOf(charged));
    }

    function _split(bytes32 jobId, JobParams calldata params, uint64 charged, uint256 providerBps) private {
        _jobs[jobId].status = Status.Split;
        address provider = params.provider;
        uint64 gross = _share(charged, providerBps);
        (uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund) = _credit(params, provider, gross);
        emit JobSplit(jobId, provider, toProvider, fee, royalty, refund);
        PROVIDERS.removeExposure(provider, _exposureOf(charged));
    }

    function _refund(bytes32 jobId, JobParams calldata params) private {
        _jobs[jobId].status = Status.Refunded;
        _accounts[params.client].available += params.price;
        emit JobRefunded(jobId, params.client, params.price);
    }

    /// @dev Shares `gross` between provider, protocol and model's owner, and gives the client what is left of the price.
    /// Rates are those of the job's terms; both shares are rounded down, so the provider has the remainder.
    function _credit(JobParams calldata params, address provider, uint64 gross)
        private
        returns (uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund)
    {
        fee = _share(gross, params.feeBps);
        royalty = _share(gross, params.royaltyBps);
        unchecked {
            // Rates were capped when the job was opened and gross <= charged <= price was checked at submission.
            toProvider = gross - fee - royalty;
            refund = params.price - gross;
        }
        if (toProvider != 0) _accounts[provider].available += toProvider;
        if (refund != 0) _accounts[params.client].available += refund;
        if (royalty | fee != 0) {
            Proceeds storage proceeds = _proceeds[params.modelKey];
            (uint128 royalties, uint128 fees) = (proceeds.royalty, proceeds.fee);
            proceeds.royalty = royalties + royalty;
            proceeds.fee = fees + fee;
        }
    }

    function _debit(address account, uint64 amount) private {
        uint64 available = _accounts[account].available;
        require(available >= amount, InsufficientBalance(account, available, amount));
        _accounts[account].available = available - amount;
    }

    function _pullAuthorized(
        address from,
        uint64 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) private {
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.receiveWithAuthorization(from, address(this), amount, validAfter, validBefore, nonce, signature);
        _checkReceived(balanceBefore, amount);
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
        (uint128 staked,) = PROVIDERS.backingOf(provider);
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

    function _checkDeposit(uint64 amount) private view {
        require(amount != 0, ZeroAmount());
        require(!_settings.creationPaused, CreationPaused());
    }

    function _checkReceived(uint256 balanceBefore, uint64 amount) private view {
        uint256 received = TOKEN.balanceOf(address(this)) - balanceBefore;
        require(received == amount, UnexpectedTokenDelta(amount, received));
    }

    function _checkRecipient(address to) private view {
        require(to != address(0) && to != address(this), InvalidRecipient(to));
    }

    function _requireStatus(bytes32 jobId, Status expected) private view {
        Status status = _jobs[jobId].status;
        require(status == expected, WrongStatus(jobId, status));
    }

    function _speaksFor(address provider, address account) private view returns (bool speaks) {
        return account == provider || PROVIDERS.keyValidAt(provider, account, uint40(block.timestamp));
    }

    /// @dev 64 bits times 32 bits cannot overflow.
    function _exposureOf(uint64 charged) private view returns (uint128 exposure) {
        unchecked {
            return uint128((uint256(charged) * EXPOSURE_BPS) / BPS);
        }
    }

    /// @dev `bps` is at most BPS, so the share is at most the amount.
    function _share(uint64 amount, uint256 bps) private pure returns (uint64 share) {
        unchecked {
            return uint64((uint256(amount) * bps) / BPS);
        }
    }

    function _checkRange(string memory name, uint256 value, uint256 min, uint256 max) private pure {
        require(value >= min && value <= max, ParameterOutOfRange(name, value, min, max));
    }
}
