// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Orders on the reserved balance
/// @notice A client signs orders off chain; the provider serves them and settles many at once. What a client has reserved leaves
/// only after a delay, and so does the right of an order's nonce, so that a provider who watches the chain is never too late.
interface IEscrowOrders {
    /// @notice An order, signed by its client.
    /// @param client Pays from its reserved balance.
    /// @param provider Runs the model and settles.
    /// @param modelKey SHA-256 of the model's manifest; the model is active and public, or was until 30 days ago. Its floor does not bind an order.
    /// @param inputCommit SHA-256("dim:input:v1" || digest || salt) of the input tensors.
    /// @param price Most that the order may cost.
    /// @param submitBy Unix seconds until which it can be settled.
    /// @param feeBps Protocol's share of what is charged: the current one or, until 30 days after a change, the previous one.
    /// @param royaltyBps Model owner's share of what is charged, current or previous in the same way.
    /// @param nonce Used once per client: bit `nonce & 255` of word `nonce >> 8`.
    struct JobOrder {
        address client;
        address provider;
        bytes32 modelKey;
        bytes32 inputCommit;
        uint64 price;
        uint40 submitBy;
        uint16 feeBps;
        uint16 royaltyBps;
        uint96 nonce;
    }

    /// @notice One row of a settlement.
    /// @param order What the client signed.
    /// @param resultCommit keccak256(abi.encode(provider, orderId, digest, salt)).
    /// @param charged What the provider asks, at most the price.
    /// @param clientSignature By the client over JobOrder, ECDSA or EIP-1271.
    struct OrderSettlement {
        JobOrder order;
        bytes32 resultCommit;
        uint64 charged;
        bytes clientSignature;
    }

    /// @notice The reserved balance does not cover this.
    /// @param account Whose balance.
    /// @param reserved What there is.
    /// @param needed What it takes.
    error InsufficientReserve(address account, uint256 reserved, uint256 needed);
    /// @notice Nothing is on its way out.
    /// @param account Whose balance.
    error ReleaseNotStarted(address account);
    /// @notice The delay of the release is not over.
    /// @param account Whose balance.
    /// @param releaseAt Unix seconds from which it may leave.
    error ReleaseNotRipe(address account, uint256 releaseAt);
    /// @notice No cancellation of this word was started.
    /// @param client Whose nonces.
    /// @param word Index of 256 nonces.
    error CancelNotStarted(address client, uint256 word);
    /// @notice The delay of the cancellation is not over.
    /// @param client Whose nonces.
    /// @param word Index of 256 nonces.
    /// @param ripeAt Unix seconds from which it may be finished.
    error CancelNotRipe(address client, uint256 word, uint256 ripeAt);
    /// @notice The rows of one settlement are one provider's, and it or a service key of it that is valid now settles them.
    /// @param row Index of the row.
    /// @param provider The provider of the row.
    /// @param caller Who called.
    error NotOrderProvider(uint256 row, address provider, address caller);
    /// @notice The client of the row did not sign it, and has no code that could answer for it.
    /// @param row Index of the row.
    /// @param client Who should have signed.
    error BadRowSignature(uint256 row, address client);

    /// @notice Available balance was set apart for orders.
    /// @param account Whose balance.
    /// @param amount In 1e-6 USDC.
    event Reserved(address indexed account, uint64 amount);
    /// @notice Reserved balance is on its way out, or no longer so if the amount is zero. Providers settle now.
    /// @param account Whose balance.
    /// @param amount In 1e-6 USDC.
    /// @param releaseAt Unix seconds from which it may leave.
    event ReleaseStarted(address indexed account, uint64 amount, uint256 releaseAt);
    /// @notice Reserved balance is available again.
    /// @param account Whose balance.
    /// @param amount What was left of it, in 1e-6 USDC.
    event ReleaseFinished(address indexed account, uint64 amount);
    /// @notice An order is paid, for good.
    /// @param orderId EIP-712 hash of the order.
    /// @param client The client.
    /// @param provider The provider.
    /// @param modelKey SHA-256 of the manifest.
    /// @param nonce Of the order.
    /// @param resultCommit Commitment of the result.
    /// @param toProvider The provider's part.
    /// @param fee The protocol's part.
    /// @param royalty The model owner's part.
    event OrderSettled(
        bytes32 indexed orderId,
        address indexed client,
        address indexed provider,
        bytes32 modelKey,
        uint96 nonce,
        bytes32 resultCommit,
        uint64 toProvider,
        uint64 fee,
        uint64 royalty
    );
    /// @notice Nonces are to be cancelled, or no longer so if the mask is zero. Providers settle now.
    /// @param client Whose nonces.
    /// @param word Index of 256 nonces.
    /// @param mask Which of them.
    /// @param ripeAt Unix seconds from which it may be finished.
    event OrderCancelStarted(address indexed client, uint256 indexed word, uint256 mask, uint256 ripeAt);
    /// @notice Nonces are cancelled; those that were used before stay used.
    /// @param client Whose nonces.
    /// @param word Index of 256 nonces.
    /// @param mask Which of them.
    event OrdersCancelled(address indexed client, uint256 indexed word, uint256 mask);

    /// @notice Sets available balance apart for orders.
    /// @param amount In 1e-6 USDC.
    function reserve(uint64 amount) external;

    /// @notice Starts the way out of reserved balance; each call restarts the clock, and zero stops it. Orders draw on it until it left.
    /// @param amount In 1e-6 USDC, at most what is reserved.
    function startRelease(uint64 amount) external;

    /// @notice Makes available what was on its way out, as far as orders left it.
    /// @return released In 1e-6 USDC.
    function finishRelease() external returns (uint64 released);

    /// @notice Pays a provider for orders, finally; quarrels go through receipts.
    /// @dev Skipped, so that no row can spoil the others: a row that is late, above its price, of a used or cancelled nonce, at rates that
    /// are not accepted, for a model that is not sold to everybody, not covered by the client's reserve, or refused by the code of its
    /// client. A row reverts all if the client is an account without code that did not sign it, or the provider is not the caller's.
    /// Orders ask for no stake and bind none.
    /// @param rows Orders of one provider; cheapest when those of a client, a model and a word of nonces stand together.
    /// @return settled Count of rows paid.
    function settleOrders(OrderSettlement[] calldata rows) external returns (uint256 settled);

    /// @notice Starts to cancel nonces of the caller; each call for a word takes the place of the one before and restarts the clock, and an
    /// empty mask stops it. Orders can be settled until it is finished.
    /// @param word Index of 256 nonces.
    /// @param mask Which of them.
    function startCancel(uint256 word, uint256 mask) external;

    /// @notice Cancels what was started for a word, after the delay.
    /// @param word Index of 256 nonces.
    function finishCancel(uint256 word) external;

    /// @notice EIP-712 hash of an order in this contract's domain: what the client signs, and the order's id.
    /// @param order The order.
    /// @return orderId The id.
    function orderIdOf(JobOrder calldata order) external view returns (bytes32 orderId);

    /// @notice State of 256 nonces. Whoever serves an order looks here first, for a cancellation may be ripe already.
    /// @param client Whose nonces.
    /// @param word Index of 256 nonces.
    /// @return used Those that were used or cancelled, one bit each.
    /// @return cancelling Those on their way to be cancelled.
    /// @return ripeAt Unix seconds from which the cancellation may be finished; zero if none was started.
    function noncesOf(address client, uint256 word)
        external
        view
        returns (uint256 used, uint256 cancelling, uint256 ripeAt);
}
