// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Accounts of the escrow and what its owner decides
/// @notice Money comes in and leaves here; in between it changes hands in the books alone. The owner's and the guardian's words concern what
/// is to come: no job, no order and no balance.
interface IEscrowAccounts {
    /// @notice Balance of an account, in one slot. `available` leaves at once; `reserved` is for signed orders.
    /// @dev The exposure stands beside the balance because both are written whenever a job is paid.
    /// @param available Leaves at once.
    /// @param reserved Backs signed orders.
    /// @param releasing Part of `reserved` that is on its way out.
    /// @param releaseAt Unix seconds from which it may leave.
    /// @param exposure Stake of this account, as a provider, that its submitted jobs bind.
    struct Account {
        uint64 available;
        uint56 reserved;
        uint56 releasing;
        uint32 releaseAt;
        uint48 exposure;
    }

    /// @notice What a model earned for its owner and for the protocol: one slot, for both are written whenever a job is paid.
    /// @param royalty Owed to the model's owner, in 1e-6 USDC.
    /// @param fee To be collected by the owner of the escrow, in 1e-6 USDC.
    struct Proceeds {
        uint128 royalty;
        uint128 fee;
    }

    /// @notice An account must not be the zero address.
    error ZeroAddress();
    /// @notice Nothing to move.
    error ZeroAmount();
    /// @notice New jobs and deposits are stopped; everything else goes on.
    error CreationPaused();
    /// @notice Only the guardian or the owner may do this.
    /// @param caller Who called.
    error NotGuardian(address caller);
    /// @notice The game is set once.
    /// @param game Decides challenged jobs.
    error GameAlreadySet(address game);
    /// @notice The available balance does not cover this.
    /// @param account Whose balance.
    /// @param available What there is.
    /// @param needed What it takes.
    error InsufficientBalance(address account, uint256 available, uint256 needed);
    /// @notice The fee is above the cap.
    /// @param feeBps In basis points.
    /// @param maxFeeBps The cap.
    error FeeTooHigh(uint16 feeBps, uint16 maxFeeBps);
    /// @notice The fee changed within the last interval.
    /// @param nextChangeAt Unix seconds from which it may change.
    error FeeChangedRecently(uint40 nextChangeAt);
    /// @notice Only the model's owner may do this.
    /// @param modelKey SHA-256 of the manifest.
    /// @param caller Who called.
    error NotModelOwner(bytes32 modelKey, address caller);
    /// @notice The token moved another amount than was asked for.
    /// @param expected What was asked for.
    /// @param received What came.
    error UnexpectedTokenDelta(uint256 expected, uint256 received);
    /// @notice Money cannot be paid to this account, for it would be lost.
    /// @param to Who received it.
    error InvalidRecipient(address to);
    /// @notice The contract always has an owner.
    error RenounceDisabled();

    /// @notice A balance grew by what `payer` paid in.
    /// @param account Whose balance.
    /// @param payer Who paid.
    /// @param amount In 1e-6 USDC.
    event Deposited(address indexed account, address indexed payer, uint64 amount);
    /// @notice Available balance left.
    /// @param account Whose balance.
    /// @param to Who received it.
    /// @param amount In 1e-6 USDC.
    event Withdrawn(address indexed account, address indexed to, uint64 amount);
    /// @notice Royalties of a model left.
    /// @param modelKey SHA-256 of the manifest.
    /// @param to Who received it.
    /// @param amount In 1e-6 USDC.
    event RoyaltyClaimed(bytes32 indexed modelKey, address indexed to, uint256 amount);
    /// @notice Protocol fees left.
    /// @param to Who received it.
    /// @param amount In 1e-6 USDC.
    event FeesCollected(address indexed to, uint256 amount);
    /// @notice New jobs pay this fee.
    /// @param feeBps In basis points.
    event FeeChanged(uint16 feeBps);
    /// @notice The game was set, for good.
    /// @param game Decides challenged jobs.
    event GameSet(address game);
    /// @notice New jobs and deposits were stopped, or go on.
    /// @param paused Whether they are stopped.
    /// @param by Who did it.
    event CreationPauseChanged(bool paused, address by);
    /// @notice Another guardian.
    /// @param guardian May stop creation.
    event GuardianChanged(address guardian);

    /// @notice Credits the caller with USDC pulled from it.
    /// @param amount In 1e-6 USDC.
    function deposit(uint64 amount) external;

    /// @notice Credits `from` by its EIP-3009 signature; anybody relays.
    /// @dev The nonce is keccak256(abi.encode(DEPOSIT_TYPEHASH, from, amount, salt)), computed here.
    /// @param from Payer and signer.
    /// @param amount In 1e-6 USDC.
    /// @param salt The payer's choice.
    /// @param validAfter Unix seconds after which the authorization is valid.
    /// @param validBefore Unix seconds before which it is valid.
    /// @param signature EIP-3009 ReceiveWithAuthorization to this contract, as the token takes it.
    function depositWithAuthorization(
        address from,
        uint64 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external;

    /// @notice Pays out available balance, at once.
    /// @param to Receives it.
    /// @param amount In 1e-6 USDC.
    function withdraw(address to, uint64 amount) external;

    /// @notice Pays out the royalty of a model to its owner's choice.
    /// @param modelKey Model that the caller owns now.
    /// @param to Receives it.
    function claimRoyalty(bytes32 modelKey, address to) external;

    /// @notice The owner of the escrow collects protocol fees.
    /// @param modelKeys Models whose jobs paid the fees.
    /// @param to Receives them.
    function collectFees(bytes32[] calldata modelKeys, address to) external;

    /// @notice Balance of an account.
    /// @param account The account.
    /// @return balance Its slot.
    function accountOf(address account) external view returns (Account memory balance);

    /// @notice Stake that a provider's submitted jobs bind: it cannot leave the provider registry.
    /// @param provider The provider.
    /// @return amount In 1e-6 USDC.
    function exposureOf(address provider) external view returns (uint128 amount);

    /// @notice What a model's jobs and orders earned that was not yet paid out.
    /// @param modelKey The model.
    /// @return proceeds Its slot.
    function proceedsOf(bytes32 modelKey) external view returns (Proceeds memory proceeds);

    /// @notice The owner changes the fee of jobs to come, at most once in 30 days.
    /// @param newFeeBps At most 500 basis points.
    function setFee(uint16 newFeeBps) external;

    /// @notice The owner sets the game, once and for all.
    /// @param newGame Decides challenged jobs.
    function setGame(address newGame) external;

    /// @notice The owner names the guardian.
    /// @param newGuardian May stop creation.
    function setGuardian(address newGuardian) external;

    /// @notice The guardian or the owner stops new jobs and deposits at once.
    function pauseCreation() external;

    /// @notice Only the owner lets them go on.
    function unpauseCreation() external;

    /// @notice Protocol's share of what new jobs charge.
    /// @return bps In basis points.
    function feeBps() external view returns (uint16 bps);

    /// @notice Decides challenged jobs; zero while jobs cannot be challenged.
    /// @return account Address of the game.
    function game() external view returns (address account);

    /// @notice May stop creation.
    /// @return account Address of the guardian.
    function guardian() external view returns (address account);

    /// @notice Whether new jobs and deposits are stopped.
    /// @return paused True while they are.
    function creationPaused() external view returns (bool paused);
}
