// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IFiatToken} from "./interfaces/IFiatToken.sol";
import {IJobEscrow} from "./interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Stakes, keys and announced records of providers
/// @notice Holds the slashable stake of providers and nothing else.
/// @dev Trust assumptions:
/// - The token is Circle's USDC: no fee on transfer, no rebasing, no hooks. Circle can pause it or blacklist an account,
///   this contract included; books then stay as they are and payouts wait.
/// - The escrow tells how much stake its submitted jobs bind. It is fixed at deployment, and is asked when stake leaves.
/// - A module decides who is slashed. It can take a provider's stake to the last unit, never another account's money,
///   and never more than a tenth of it for whom it names. Modules are set at deployment; a later one waits at least as
///   long as stake takes to leave, so a provider that distrusts it can leave first.
/// - The owner adds modules and names the treasury. It cannot move a stake, take away a module or stop a withdrawal.
/// - Stake in `thawing` backs nothing, yet can be slashed until it is withdrawn.
contract ProviderRegistry is IProviderRegistry, Ownable2Step, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IFiatToken;

    /// @notice Parameters of a deployment, bounded by the constructor.
    /// @param token USDC.
    /// @param escrow Tells what its submitted jobs bind.
    /// @param owner Adds modules and names the treasury; a timelock where money is real.
    /// @param treasury Receives slashes.
    /// @param minimumStake Least stake with which a provider is given jobs.
    /// @param thawPeriod Seconds that leaving stake can still be slashed.
    /// @param moduleDelay Seconds until a module added later may slash; at least `thawPeriod`.
    /// @param slashModules May slash from the start.
    struct Config {
        address token;
        address escrow;
        address owner;
        address treasury;
        uint128 minimumStake;
        uint40 thawPeriod;
        uint40 moduleDelay;
        address[] slashModules;
    }

    struct Books {
        uint128 stake;
        uint128 thawing;
        uint40 thawEnd;
    }

    struct KeyPeriod {
        uint40 validFrom;
        uint40 until;
    }

    /// @notice Most of a slash that goes to a beneficiary.
    uint16 public constant MAX_BENEFICIARY_BPS = 1_000;

    uint256 private constant BPS = 10_000;
    uint40 private constant MAX_DELAY = 365 days;

    bytes32 private constant SERVICE_KEY_TYPEHASH =
        keccak256("ServiceKey(address provider,address key,uint40 validFrom)");
    bytes32 private constant PROVIDER_RECORD_TYPEHASH = keccak256(
        "ProviderRecord(address provider,address serviceKey,bytes32 hpkeKey,bytes32 peerIdHash,bytes32 endpointHash,uint64 version,uint40 expiresAt)"
    );

    /// @notice Seconds until a module added later may slash.
    uint40 public immutable MODULE_DELAY;

    IFiatToken private immutable TOKEN;
    address private immutable ESCROW;
    uint40 private immutable THAW_PERIOD;
    uint128 private immutable MINIMUM_STAKE;

    mapping(address provider => Books) private _accounts;
    mapping(address provider => mapping(address key => KeyPeriod)) private _keys;
    mapping(bytes32 caseId => bool) private _usedCases;

    /// @inheritdoc IProviderRegistry
    mapping(address account => uint256) public creditOf;

    /// @inheritdoc IProviderRegistry
    mapping(address module => uint40) public moduleActiveAt;

    /// @inheritdoc IProviderRegistry
    address public treasury;

    /// @notice Checks the parameters and lets the first modules slash at once.
    /// @param config Parameters of this deployment.
    constructor(Config memory config) Ownable(config.owner) EIP712("ProviderRegistry", "1") {
        require(config.token != address(0) && config.escrow != address(0), ZeroAddress());
        require(config.treasury != address(0), ZeroAddress());
        _checkRange("minimumStake", config.minimumStake, 1, type(uint64).max);
        _checkRange("thawPeriod", config.thawPeriod, 1 minutes, MAX_DELAY);
        _checkRange("moduleDelay", config.moduleDelay, config.thawPeriod, MAX_DELAY);
        TOKEN = IFiatToken(config.token);
        ESCROW = config.escrow;
        MINIMUM_STAKE = config.minimumStake;
        THAW_PERIOD = config.thawPeriod;
        MODULE_DELAY = config.moduleDelay;
        treasury = config.treasury;
        emit TreasuryChanged(config.treasury);
        for (uint256 i; i < config.slashModules.length; ++i) {
            _scheduleModule(config.slashModules[i], uint40(block.timestamp));
        }
    }

    /// @inheritdoc IProviderRegistry
    function stake(address provider, uint128 amount) external nonReentrant {
        require(provider != address(0), ZeroAddress());
        require(amount != 0, ZeroAmount());
        uint256 balanceBefore = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = TOKEN.balanceOf(address(this)) - balanceBefore;
        require(received == amount, UnexpectedTokenDelta(amount, received));

        uint128 total = _accounts[provider].stake + amount;
        _accounts[provider].stake = total;
        emit Staked(provider, msg.sender, amount, total);
    }

    /// @inheritdoc IProviderRegistry
    function requestUnstake(uint128 amount) external {
        require(amount != 0, ZeroAmount());
        Books storage account = _accounts[msg.sender];
        uint128 staked = account.stake;
        uint256 needed = uint256(amount) + IJobEscrow(ESCROW).exposureOf(msg.sender);
        require(staked >= needed, StakeTooSmall(msg.sender, staked, needed));

        uint128 thawing = account.thawing + amount;
        uint40 thawEnd = uint40(block.timestamp) + THAW_PERIOD;
        account.stake = staked - amount;
        account.thawing = thawing;
        account.thawEnd = thawEnd;
        emit UnstakeRequested(msg.sender, amount, thawing, thawEnd);
    }

    /// @inheritdoc IProviderRegistry
    function withdrawStakeTo(address to) external nonReentrant {
        _checkRecipient(to);
        Books storage account = _accounts[msg.sender];
        (uint128 amount, uint40 thawEnd) = (account.thawing, account.thawEnd);
        require(amount != 0, ZeroAmount());
        require(block.timestamp >= thawEnd, StakeNotThawed(msg.sender, thawEnd));

        account.thawing = 0;
        account.thawEnd = 0;
        emit StakeWithdrawn(msg.sender, to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IProviderRegistry
    function slash(address provider, uint128 amount, address beneficiary, uint16 beneficiaryBps, bytes32 caseId)
        external
        returns (uint128 slashed)
    {
        uint40 activeAt = moduleActiveAt[msg.sender];
        require(activeAt != 0 && block.timestamp >= activeAt, NotModule(msg.sender));
        require(
            beneficiaryBps <= MAX_BENEFICIARY_BPS, BeneficiaryShareTooHigh(beneficiaryBps, MAX_BENEFICIARY_BPS)
        );
        require(beneficiary != address(0) || beneficiaryBps == 0, ZeroAddress());
        require(!_usedCases[caseId], CaseAlreadyUsed(caseId));

        _usedCases[caseId] = true;
        slashed = _takeStake(provider, amount);
        uint128 toBeneficiary = uint128((uint256(slashed) * beneficiaryBps) / BPS);
        if (toBeneficiary != 0) creditOf[beneficiary] += toBeneficiary;
        creditOf[treasury] += slashed - toBeneficiary;
        emit Slashed(provider, caseId, beneficiary, slashed, toBeneficiary);
    }

    /// @inheritdoc IProviderRegistry
    function withdrawCredit(address to) external nonReentrant {
        _checkRecipient(to);
        uint256 amount = creditOf[msg.sender];
        require(amount != 0, ZeroAmount());
        creditOf[msg.sender] = 0;
        emit CreditWithdrawn(msg.sender, to, amount);
        TOKEN.safeTransfer(to, amount);
    }

    /// @inheritdoc IProviderRegistry
    function setServiceKey(address key, uint40 validFrom, bytes calldata proof) external {
        require(key != address(0), ZeroAddress());
        uint40 timestamp = uint40(block.timestamp);
        require(validFrom == 0 || validFrom >= timestamp, ServiceKeyTooEarly(validFrom, timestamp));
        require(_keys[msg.sender][key].validFrom == 0, ServiceKeyAlreadySet(msg.sender, key));
        bytes32 digest =
            _hashTypedDataV4(keccak256(abi.encode(SERVICE_KEY_TYPEHASH, msg.sender, key, validFrom)));
        require(Signatures.isValid(key, digest, proof), BadSignature(key));

        uint40 effectiveFrom = validFrom == 0 ? timestamp : validFrom;
        _keys[msg.sender][key].validFrom = effectiveFrom;
        emit ServiceKeySet(msg.sender, key, effectiveFrom);
    }

    /// @inheritdoc IProviderRegistry
    function revokeServiceKey(address key) external {
        KeyPeriod storage period = _keys[msg.sender][key];
        require(period.validFrom != 0 && period.until == 0, ServiceKeyUnknown(msg.sender, key));
        period.until = uint40(block.timestamp);
        emit ServiceKeyRevoked(msg.sender, key, uint40(block.timestamp));
    }

    /// @inheritdoc IProviderRegistry
    function announce(ProviderRecord calldata record, string calldata endpoint, bytes calldata signature) external {
        require(record.expiresAt > block.timestamp, RecordExpired(record.expiresAt));
        bytes32 endpointHash = keccak256(bytes(endpoint));
        require(endpointHash == record.endpointHash, EndpointMismatch(endpointHash));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(PROVIDER_RECORD_TYPEHASH, record)));
        require(Signatures.isValid(record.provider, digest, signature), BadSignature(record.provider));
        emit ProviderAnnounced(record.provider, record, endpoint, signature);
    }

    /// @inheritdoc IProviderRegistry
    function scheduleModule(address module) external onlyOwner {
        _scheduleModule(module, uint40(block.timestamp) + MODULE_DELAY);
    }

    /// @inheritdoc IProviderRegistry
    function cancelModule(address module) external onlyOwner {
        uint40 activeAt = moduleActiveAt[module];
        require(activeAt > block.timestamp, ModuleDelay(activeAt));
        moduleActiveAt[module] = 0;
        emit ModuleCancelled(module);
    }

    /// @inheritdoc IProviderRegistry
    function setTreasury(address newTreasury) external onlyOwner {
        require(newTreasury != address(0), ZeroAddress());
        treasury = newTreasury;
        emit TreasuryChanged(newTreasury);
    }

    /// @inheritdoc IProviderRegistry
    function keyValidAt(address provider, address key, uint40 time) external view returns (bool valid) {
        KeyPeriod storage period = _keys[provider][key];
        (uint40 validFrom, uint40 until) = (period.validFrom, period.until);
        return validFrom != 0 && validFrom <= time && (until == 0 || time < until);
    }

    /// @inheritdoc IProviderRegistry
    function accountOf(address provider) external view returns (StakeAccount memory account) {
        Books memory books = _accounts[provider];
        return StakeAccount(books.stake, IJobEscrow(ESCROW).exposureOf(provider), books.thawing, books.thawEnd);
    }

    /// @inheritdoc IProviderRegistry
    function stakeOf(address provider) external view returns (uint128 amount) {
        return _accounts[provider].stake;
    }

    /// @inheritdoc IProviderRegistry
    function backingOf(address provider) external view returns (uint128 stake_, uint128 exposure) {
        return (_accounts[provider].stake, IJobEscrow(ESCROW).exposureOf(provider));
    }

    /// @inheritdoc IProviderRegistry
    function serviceKeyOf(address provider, address key) external view returns (uint40 validFrom, uint40 until) {
        KeyPeriod storage period = _keys[provider][key];
        return (period.validFrom, period.until);
    }

    /// @inheritdoc IProviderRegistry
    function escrow() external view returns (address account) {
        return ESCROW;
    }

    /// @inheritdoc IProviderRegistry
    function token() external view returns (address account) {
        return address(TOKEN);
    }

    /// @inheritdoc IProviderRegistry
    function minimumStake() external view returns (uint128 amount) {
        return MINIMUM_STAKE;
    }

    /// @inheritdoc IProviderRegistry
    function thawPeriod() external view returns (uint40 duration) {
        return THAW_PERIOD;
    }

    /// @notice Disabled: without an owner nobody could ever add a module again.
    function renounceOwnership() public view override onlyOwner {
        revert RenounceDisabled();
    }

    /// @dev Takes stake before what thaws, so that a provider at fault backs less.
    function _takeStake(address provider, uint128 amount) private returns (uint128 taken) {
        Books storage account = _accounts[provider];
        (uint128 staked, uint128 thawing) = (account.stake, account.thawing);
        uint128 fromStake = amount < staked ? amount : staked;
        uint128 rest = amount - fromStake;
        uint128 fromThawing = rest < thawing ? rest : thawing;
        account.stake = staked - fromStake;
        if (fromThawing != 0) account.thawing = thawing - fromThawing;
        return fromStake + fromThawing;
    }

    function _scheduleModule(address module, uint40 activeAt) private {
        require(module != address(0), ZeroAddress());
        require(moduleActiveAt[module] == 0, ModuleDelay(moduleActiveAt[module]));
        moduleActiveAt[module] = activeAt;
        emit ModuleScheduled(module, activeAt);
    }

    function _checkRecipient(address to) private view {
        require(to != address(0) && to != address(this), InvalidRecipient(to));
    }

    function _checkRange(string memory name, uint256 value, uint256 min, uint256 max) private pure {
        require(value >= min && value <= max, ParameterOutOfRange(name, value, min, max));
    }
}
