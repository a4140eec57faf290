// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Stakes, keys and announced records of providers
/// @notice Holds the slashable stake of providers (pot C) and nothing else.
interface IProviderRegistry {
    /// @notice What a provider signs about itself, so that a client can trust the keys it encrypts to.
    /// @param serviceKey Signs receipts, may submit and decline.
    /// @param hpkeKey X25519 public key that payloads are sealed to.
    /// @param peerIdHash keccak256 of the libp2p peer id, zero where there is none.
    /// @param endpointHash keccak256 of the endpoint's URL.
    /// @param version Counts up; the highest valid one wins.
    /// @param expiresAt Unix seconds.
    struct ProviderRecord {
        address provider;
        address serviceKey;
        bytes32 hpkeKey;
        bytes32 peerIdHash;
        bytes32 endpointHash;
        uint64 version;
        uint40 expiresAt;
    }

    /// @notice Books of one provider. Only `stake` backs jobs; `thawing` can still be slashed.
    struct StakeAccount {
        uint128 stake;
        uint128 exposure;
        uint128 thawing;
        uint40 thawEnd;
    }

    error ZeroAddress();
    error ZeroAmount();
    error NotModule(address caller);
    error StakeTooSmall(address provider, uint256 stake, uint256 needed);
    error StakeNotThawed(address provider, uint40 thawEnd);
    error CaseAlreadyUsed(bytes32 caseId);
    error BeneficiaryShareTooHigh(uint16 bps, uint16 maxBps);
    error ServiceKeyAlreadySet(address provider, address key);
    error ServiceKeyUnknown(address provider, address key);
    error ServiceKeyTooEarly(uint40 validFrom, uint40 now_);
    error BadSignature(address expectedSigner);
    error EndpointMismatch(bytes32 endpointHash);
    error RecordExpired(uint40 expiresAt);
    error ModuleDelay(uint40 activeAt);
    error UnexpectedTokenDelta(uint256 expected, uint256 received);

    event Staked(address indexed provider, address indexed payer, uint128 amount, uint128 stake);
    event UnstakeRequested(address indexed provider, uint128 amount, uint128 thawing, uint40 thawEnd);
    event StakeWithdrawn(address indexed provider, address indexed to, uint128 amount);
    event ExposureChanged(address indexed provider, uint128 exposure);
    event Slashed(
        address indexed provider,
        bytes32 indexed caseId,
        address indexed beneficiary,
        uint128 slashed,
        uint128 toBeneficiary
    );
    event CreditWithdrawn(address indexed account, address indexed to, uint256 amount);
    event ServiceKeySet(address indexed provider, address indexed key, uint40 validFrom);
    event ServiceKeyRevoked(address indexed provider, address indexed key, uint40 until);
    /// @notice The record, its endpoint and its signature: all that a client needs to find and to trust a provider.
    event ProviderAnnounced(address indexed provider, ProviderRecord record, string endpoint, bytes signature);
    event ModuleScheduled(address indexed module, uint40 activeAt);

    /// @notice Adds to a provider's stake, pulled from the caller.
    function stake(address provider, uint128 amount) external;

    /// @notice Moves stake to `thawing` at once; a new request adds to it and restarts the clock.
    /// @dev Reverts with StakeTooSmall if what remains would not cover the exposure.
    function requestUnstake(uint128 amount) external;

    /// @notice Pays out what has thawed.
    function withdrawStakeTo(address to) external;

    /// @notice Binds stake to a submitted job. Only modules. Reverts with StakeTooSmall if stake would not cover it.
    function addExposure(address provider, uint128 amount) external;

    /// @notice Frees stake of a finished job. Only modules. Saturates at zero, never reverts for its amount.
    function removeExposure(address provider, uint128 amount) external;

    /// @notice Takes up to `amount` from stake and thawing. Only modules; a case id works once. Credits, never transfers.
    /// @param beneficiaryBps Share of the beneficiary, at most `MAX_BENEFICIARY_BPS`; the rest is the treasury's.
    function slash(address provider, uint128 amount, address beneficiary, uint16 beneficiaryBps, bytes32 caseId)
        external
        returns (uint128 slashed);

    /// @notice Pays out the caller's credit from slashes.
    function withdrawCredit(address to) external;

    /// @notice Adds a service key, which proves by `proof` (its EIP-712 signature of ServiceKey) that it agrees. Once per pair.
    function setServiceKey(address key, uint40 validFrom, bytes calldata proof) external;

    /// @notice Ends a service key now, once and for all.
    function revokeServiceKey(address key) external;

    /// @notice Whether `key` spoke for `provider` at `time`.
    function keyValidAt(address provider, address key, uint40 time) external view returns (bool);

    /// @notice Publishes a record; anybody may relay it, `signature` is the provider's over the EIP-712 ProviderRecord.
    function announce(ProviderRecord calldata record, string calldata endpoint, bytes calldata signature) external;

    /// @notice Books of a provider.
    function accountOf(address provider) external view returns (StakeAccount memory);

    /// @notice Unpaid credit from slashes.
    function creditOf(address account) external view returns (uint256);

    /// @notice Least stake with which a provider is given jobs.
    function minimumStake() external view returns (uint128);
}
