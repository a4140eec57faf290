// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Stakes, keys and announced records of providers
/// @notice Holds the slashable stake of providers (pot C) and nothing else.
interface IProviderRegistry {
    /// @notice What a provider signs about itself, so that a client can trust the keys it encrypts to.
    /// @param provider Whose record it is.
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
    /// @param stake Backs jobs.
    /// @param exposure Bound by submitted jobs.
    /// @param thawing On its way out.
    /// @param thawEnd Unix seconds from which it may leave.
    struct StakeAccount {
        uint128 stake;
        uint128 exposure;
        uint128 thawing;
        uint40 thawEnd;
    }

    /// @notice An account must not be the zero address.
    error ZeroAddress();
    /// @notice Nothing to move.
    error ZeroAmount();
    /// @notice The caller may not do this to a provider.
    /// @param caller Who called.
    error NotModule(address caller);
    /// @notice The stake does not cover what is asked of it.
    /// @param provider The provider.
    /// @param stake What is staked.
    /// @param needed What it takes.
    error StakeTooSmall(address provider, uint256 stake, uint256 needed);
    /// @notice Nothing leaves before `thawEnd`.
    /// @param provider The provider.
    /// @param thawEnd Unix seconds of its end.
    error StakeNotThawed(address provider, uint40 thawEnd);
    /// @notice The case slashed already.
    /// @param caseId Names the fault.
    error CaseAlreadyUsed(bytes32 caseId);
    /// @notice The finder's part is capped.
    /// @param bps What was given.
    /// @param maxBps The cap.
    error BeneficiaryShareTooHigh(uint16 bps, uint16 maxBps);
    /// @notice A pair of provider and key is set once, never again.
    /// @param provider The provider.
    /// @param key The key.
    error ServiceKeyAlreadySet(address provider, address key);
    /// @notice The key was never set, or is revoked already.
    /// @param provider The provider.
    /// @param key The key.
    error ServiceKeyUnknown(address provider, address key);
    /// @notice A key cannot be valid in the past.
    /// @param validFrom Unix seconds.
    /// @param now_ Time of the block.
    error ServiceKeyTooEarly(uint40 validFrom, uint40 now_);
    /// @notice Neither a key nor the code of the account signed this.
    /// @param expectedSigner Who should have signed.
    error BadSignature(address expectedSigner);
    /// @notice The endpoint is not the one that the record names.
    /// @param endpointHash Hash of the one that was given.
    error EndpointMismatch(bytes32 endpointHash);
    /// @notice The record is not valid any more.
    /// @param expiresAt Unix seconds.
    error RecordExpired(uint40 expiresAt);
    /// @notice A module is scheduled or active already.
    /// @param activeAt Unix seconds, zero if it is no module.
    error ModuleDelay(uint40 activeAt);
    /// @notice The token moved another amount than was asked for.
    /// @param expected What was asked for.
    /// @param received What came.
    error UnexpectedTokenDelta(uint256 expected, uint256 received);
    /// @notice A parameter of the deployment is out of its bounds.
    /// @param name Of the parameter.
    /// @param value What was given.
    /// @param min Least allowed.
    /// @param max Most allowed.
    error ParameterOutOfRange(string name, uint256 value, uint256 min, uint256 max);
    /// @notice Money cannot be paid to this account, for it would be lost.
    /// @param to Who received it.
    error InvalidRecipient(address to);
    /// @notice The contract always has an owner.
    error RenounceDisabled();

    /// @notice Stake was added; `stake` is the sum after it.
    /// @param provider The provider.
    /// @param payer Who paid.
    /// @param amount In 1e-6 USDC.
    /// @param stake What is staked.
    event Staked(address indexed provider, address indexed payer, uint128 amount, uint128 stake);
    /// @notice Stake started to thaw; `thawing` is the sum after it.
    /// @param provider The provider.
    /// @param amount In 1e-6 USDC.
    /// @param thawing What thaws.
    /// @param thawEnd Unix seconds of its end.
    event UnstakeRequested(address indexed provider, uint128 amount, uint128 thawing, uint40 thawEnd);
    /// @notice Thawed stake left.
    /// @param provider The provider.
    /// @param to Who received it.
    /// @param amount In 1e-6 USDC.
    event StakeWithdrawn(address indexed provider, address indexed to, uint128 amount);
    /// @notice A case took `slashed` of a provider; the beneficiary was credited its part, the treasury the rest.
    /// @param provider The provider.
    /// @param caseId Names the fault.
    /// @param beneficiary Who found it.
    /// @param slashed What was taken.
    /// @param toBeneficiary The finder's part.
    event Slashed(
        address indexed provider,
        bytes32 indexed caseId,
        address indexed beneficiary,
        uint128 slashed,
        uint128 toBeneficiary
    );
    /// @notice Credit from slashes left.
    /// @param account Whose balance.
    /// @param to Who received it.
    /// @param amount In 1e-6 USDC.
    event CreditWithdrawn(address indexed account, address indexed to, uint256 amount);
    /// @notice A key speaks for a provider from `validFrom` on.
    /// @param provider The provider.
    /// @param key The key.
    /// @param validFrom Unix seconds.
    event ServiceKeySet(address indexed provider, address indexed key, uint40 validFrom);
    /// @notice A key does not speak for a provider from `until` on.
    /// @param provider The provider.
    /// @param key The key.
    /// @param until Unix seconds.
    event ServiceKeyRevoked(address indexed provider, address indexed key, uint40 until);
    /// @notice The record, its endpoint and its signature: all that a client needs to find and to trust a provider.
    /// @param provider The provider.
    /// @param record What the provider says of itself.
    /// @param endpoint URL under which it is reached.
    /// @param signature The provider's, over the record.
    event ProviderAnnounced(address indexed provider, ProviderRecord record, string endpoint, bytes signature);
    /// @notice A module may slash from `activeAt` on.
    /// @param module The module.
    /// @param activeAt Unix seconds, zero if it is no module.
    event ModuleScheduled(address indexed module, uint40 activeAt);
    /// @notice A module that was scheduled, but not active yet, will not be.
    /// @param module The module.
    event ModuleCancelled(address indexed module);
    /// @notice The treasury has another address.
    /// @param treasury Receives slashes.
    event TreasuryChanged(address treasury);

    /// @notice Adds to a provider's stake, pulled from the caller.
    /// @param provider The provider.
    /// @param amount In 1e-6 USDC.
    function stake(address provider, uint128 amount) external;

    /// @notice Moves stake to `thawing` at once; a new request adds to it and restarts the clock.
    /// @dev Reverts with StakeTooSmall if what remains would not cover the exposure.
    /// @param amount In 1e-6 USDC.
    function requestUnstake(uint128 amount) external;

    /// @notice Pays out what has thawed.
    /// @param to Receives it.
    function withdrawStakeTo(address to) external;

    /// @notice Takes up to `amount` from stake and thawing. Only modules; a case id works once. Credits, never transfers.
    /// @param provider Who loses.
    /// @param amount Most to take; what is there is the limit.
    /// @param beneficiary Who found the fault; may be zero if its share is.
    /// @param beneficiaryBps Share of the beneficiary, at most `MAX_BENEFICIARY_BPS`; the rest is the treasury's.
    /// @param caseId Names the fault.
    /// @return slashed What was taken.
    function slash(address provider, uint128 amount, address beneficiary, uint16 beneficiaryBps, bytes32 caseId)
        external
        returns (uint128 slashed);

    /// @notice Pays out the caller's credit from slashes.
    /// @param to Receives it.
    function withdrawCredit(address to) external;

    /// @notice Adds a service key, which proves by `proof` (its EIP-712 signature of ServiceKey) that it agrees. Once per pair.
    /// @param key The key.
    /// @param validFrom Unix seconds, not in the past; zero means the time of the block.
    /// @param proof Signature of the key over ServiceKey with the same `validFrom`.
    function setServiceKey(address key, uint40 validFrom, bytes calldata proof) external;

    /// @notice Ends a service key now, once and for all.
    /// @param key The key.
    function revokeServiceKey(address key) external;

    /// @notice Whether `key` spoke for `provider` at `time`.
    /// @param provider The provider.
    /// @param key The key.
    /// @param time Unix seconds.
    /// @return valid From `validFrom` on, until before the revocation.
    function keyValidAt(address provider, address key, uint40 time) external view returns (bool valid);

    /// @notice Publishes a record; anybody may relay it, `signature` is the provider's over the EIP-712 ProviderRecord.
    /// @param record What the provider says of itself.
    /// @param endpoint URL under which it is reached.
    /// @param signature ECDSA or EIP-1271.
    function announce(ProviderRecord calldata record, string calldata endpoint, bytes calldata signature) external;

    /// @notice Books of a provider.
    /// @param provider The provider.
    /// @return account Stake, exposure and what thaws.
    function accountOf(address provider) external view returns (StakeAccount memory account);

    /// @notice Stake that backs jobs.
    /// @param provider Whose stake.
    /// @return amount In 1e-6 USDC.
    function stakeOf(address provider) external view returns (uint128 amount);

    /// @notice Stake that backs jobs and how much of it is bound, from one storage slot.
    /// @param provider The provider.
    /// @return stake_ What is staked and does not thaw.
    /// @return exposure Sum of what submitted jobs bind.
    function backingOf(address provider) external view returns (uint128 stake_, uint128 exposure);

    /// @notice Validity of a service key.
    /// @param provider The provider.
    /// @param key The key.
    /// @return validFrom Unix seconds, zero if the key was never set.
    /// @return until Unix seconds of its revocation, zero if there was none.
    function serviceKeyOf(address provider, address key) external view returns (uint40 validFrom, uint40 until);

    /// @notice When a module may slash.
    /// @param module The module.
    /// @return activeAt Unix seconds, zero if it is no module.
    function moduleActiveAt(address module) external view returns (uint40 activeAt);

    /// @notice The escrow that binds and frees stake.
    /// @return account Address of the escrow.
    function escrow() external view returns (address account);

    /// @notice The token of all amounts.
    /// @return account Address of USDC.
    function token() external view returns (address account);

    /// @notice Time in which leaving stake can still be slashed.
    /// @return duration In seconds.
    function thawPeriod() external view returns (uint40 duration);

    /// @notice Receives what is slashed, less the beneficiaries' part.
    /// @return account Address of the treasury.
    function treasury() external view returns (address account);

    /// @notice The owner adds a module that may slash after the delay, which is at least the thaw: who does not agree can leave.
    /// @param module The module.
    function scheduleModule(address module) external;

    /// @notice The owner takes back a scheduled module; an active one stays for good.
    /// @param module The module.
    function cancelModule(address module) external;

    /// @notice The owner moves the treasury.
    /// @param newTreasury Receives future slashes.
    function setTreasury(address newTreasury) external;

    /// @notice Unpaid credit from slashes.
    /// @param account Whose credit.
    /// @return credit In 1e-6 USDC.
    function creditOf(address account) external view returns (uint256 credit);

    /// @notice Least stake with which a provider is given jobs.
    /// @return amount In 1e-6 USDC.
    function minimumStake() external view returns (uint128 amount);
}
