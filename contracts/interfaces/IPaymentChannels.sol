// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Payment channels of the streaming lane
/// @notice A client deposits once and signs a cumulative voucher per request; a receiver claims many channels in one
/// transaction. Holds pot A. A claim records entitlement and never touches the token, so a paused or blacklisting token
/// delays payouts and nothing else.
interface IPaymentChannels {
    /// @notice Fixed terms of a channel; they travel in calldata, the chain keeps one slot under their hash.
    /// @param payer Whose money it is; it may withdraw what nobody claimed.
    /// @param signer Signs vouchers: the payer itself or a key that it chose.
    /// @param receiver Who is paid.
    /// @param salt Tells channels of the same parties apart.
    /// @param withdrawDelay Seconds between the payer's announcement of a withdrawal and the withdrawal.
    struct Config {
        address payer;
        address signer;
        address receiver;
        uint32 salt;
        uint32 withdrawDelay;
    }

    /// @notice A voucher whose signer may be an account with code.
    /// @param config Terms of the channel.
    /// @param maxClaimableAmount Cumulative amount since the channel's first deposit, in 1e-6 USDC.
    /// @param sig 65 bytes, 64 bytes (EIP-2098), or whatever the account with code takes.
    struct VoucherClaim {
        Config config;
        uint128 maxClaimableAmount;
        bytes sig;
    }

    /// @notice State of a channel, in 1e-6 USDC.
    /// @param claimed What the receiver is entitled to so far; never above `deposited`.
    /// @param deposited What was put in, less what went back to the payer.
    /// @param withdrawAmount What the payer announced to withdraw.
    /// @param withdrawAt Unix seconds from which it may; 0 means that no withdrawal is announced.
    struct Channel {
        uint64 claimed;
        uint64 deposited;
        uint64 withdrawAmount;
        uint40 withdrawAt;
    }

    /// @notice Books of a receiver, in 1e-6 USDC.
    /// @param everEarned Sum of all that was claimed for it.
    /// @param feeTaken Protocol's share of it that withdrawals settled.
    /// @param paidOut What it withdrew.
    struct Earnings {
        uint96 everEarned;
        uint80 feeTaken;
        uint80 paidOut;
    }

    /// @notice An account must not be the zero address.
    error ZeroAddress();
    /// @notice Nothing to move.
    error ZeroAmount();
    /// @notice Money cannot go there.
    /// @param to Who would have been paid.
    error InvalidRecipient(address to);
    /// @notice The guardian stopped deposits.
    error DepositsPaused();
    /// @notice The caller may not pause.
    /// @param caller Who called.
    error NotGuardian(address caller);
    /// @notice The delay is out of the bounds of this deployment.
    /// @param withdrawDelay As asked for.
    /// @param min Least.
    /// @param max Most.
    error WithdrawDelayOutOfRange(uint32 withdrawDelay, uint32 min, uint32 max);
    /// @notice The caller is not the channel's payer.
    /// @param channelId The channel.
    /// @param caller Who called.
    error NotPayer(bytes32 channelId, address caller);
    /// @notice The caller is not the channel's receiver.
    /// @param channelId The channel.
    /// @param caller Who called.
    error NotReceiver(bytes32 channelId, address caller);
    /// @notice Rows are 120 bytes each, and at least one.
    /// @param length Bytes that came.
    error RowsMalformed(uint256 length);
    /// @notice The channel's signer did not sign the voucher of this row.
    /// @param row Index of the row.
    error BadVoucher(uint256 row);
    /// @notice Nothing was announced.
    /// @param channelId The channel.
    error WithdrawNotStarted(bytes32 channelId);
    /// @notice The receiver may claim until then.
    /// @param channelId The channel.
    /// @param withdrawAt Unix seconds from which the payer may withdraw.
    error WithdrawNotRipe(bytes32 channelId, uint40 withdrawAt);
    /// @notice The receiver has not earned that much.
    /// @param receiver The receiver.
    /// @param available What there is, in 1e-6 USDC.
    /// @param needed What was asked for, in 1e-6 USDC.
    error InsufficientEarnings(address receiver, uint256 available, uint256 needed);
    /// @notice The channel does not hold that much unclaimed.
    /// @param channelId The channel.
    /// @param available What there is, in 1e-6 USDC.
    /// @param needed What was asked for, in 1e-6 USDC.
    error InsufficientDeposit(bytes32 channelId, uint256 available, uint256 needed);
    /// @notice The token moved another amount than was asked for.
    /// @param expected What should have come, in 1e-6 USDC.
    /// @param received What came, in 1e-6 USDC.
    error UnexpectedTokenDelta(uint256 expected, uint256 received);
    /// @notice A parameter of the deployment is out of its bounds.
    /// @param name The parameter.
    /// @param value What it was to be.
    /// @param min Least.
    /// @param max Most.
    error ParameterOutOfRange(string name, uint256 value, uint256 min, uint256 max);
    /// @notice Ownership cannot be given up.
    error RenounceDisabled();

    /// @notice Money came into a channel; `config` is all that is needed to use it.
    /// @param channelId The channel.
    /// @param payer The payer.
    /// @param receiver The receiver.
    /// @param config Terms of the channel.
    /// @param amount In 1e-6 USDC.
    event Deposited(
        bytes32 indexed channelId, address indexed payer, address indexed receiver, Config config, uint64 amount
    );
    /// @notice A receiver earned `total`; `packed` holds 40 bytes a paid row: channel id (32), its `claimed` from now on (8).
    /// @param receiver The receiver.
    /// @param total In 1e-6 USDC.
    /// @param packed 40 bytes a paid row: channel id (32), its `claimed` from now on (8).
    event BatchClaimed(address indexed receiver, uint256 total, bytes packed);
    /// @notice A receiver was paid; `fee` is what this withdrawal settled of the protocol's share.
    /// @param receiver The receiver.
    /// @param to Who was paid.
    /// @param amount In 1e-6 USDC.
    /// @param fee What this withdrawal settled of the protocol's share, in 1e-6 USDC.
    event Withdrawn(address indexed receiver, address indexed to, uint256 amount, uint256 fee);
    /// @notice A payer announced a withdrawal, or took it back if both numbers are zero.
    /// @param channelId The channel.
    /// @param payer The payer.
    /// @param receiver The receiver.
    /// @param amount In 1e-6 USDC.
    /// @param withdrawAt Unix seconds from which the payer may withdraw.
    event WithdrawStarted(
        bytes32 indexed channelId, address indexed payer, address indexed receiver, uint64 amount, uint40 withdrawAt
    );
    /// @notice A payer took unclaimed money back.
    /// @param channelId The channel.
    /// @param to Who was paid.
    /// @param amount In 1e-6 USDC.
    event WithdrawFinished(bytes32 indexed channelId, address indexed to, uint64 amount);
    /// @notice A receiver gave unclaimed money back.
    /// @param channelId The channel.
    /// @param payer The payer.
    /// @param amount In 1e-6 USDC.
    event Refunded(bytes32 indexed channelId, address indexed payer, uint64 amount);
    /// @notice Protocol fees left.
    /// @param to Who was paid.
    /// @param amount In 1e-6 USDC.
    event FeesCollected(address indexed to, uint256 amount);
    /// @notice The guardian is another account.
    /// @param guardian The guardian from now on.
    event GuardianChanged(address guardian);
    /// @notice Deposits were stopped or go on.
    /// @param paused Whether they are stopped.
    /// @param by Who did it.
    event DepositPauseChanged(bool paused, address by);

    /// @notice Funds a channel from the caller, whoever its payer is.
    /// @param config Terms of the channel.
    /// @param amount In 1e-6 USDC.
    function deposit(Config calldata config, uint64 amount) external;

    /// @notice Funds a channel by its payer's EIP-3009 signature; anybody relays.
    /// @dev The nonce is keccak256(abi.encode(DEPOSIT_TYPEHASH, channelId, amount, salt)), with the type hash of
    /// Deposit(bytes32 channelId,uint64 amount,bytes32 salt): the authorization serves nothing but this deposit.
    /// @param config Terms of the channel.
    /// @param amount In 1e-6 USDC.
    /// @param salt Makes the nonce unique.
    /// @param validAfter Unix seconds after which the authorization is valid.
    /// @param validBefore Unix seconds before which it is valid.
    /// @param sig The payer's signature of ReceiveWithAuthorization.
    function depositWithAuthorization(
        Config calldata config,
        uint64 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata sig
    ) external;

    /// @notice Funds a channel from the caller, its payer, by an EIP-2612 permit. A permit that was used already does no
    /// harm: what counts is the allowance.
    /// @param config Terms of the channel.
    /// @param amount In 1e-6 USDC.
    /// @param deadline Of the permit, unix seconds.
    /// @param v Of the permit's signature.
    /// @param r Of the permit's signature.
    /// @param s Of the permit's signature.
    function depositWithPermit(Config calldata config, uint64 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;

    /// @notice Records vouchers that keys signed. A voucher above the deposit pays up to the deposit, one that is not above
    /// what is claimed is skipped; a signature that is not the signer's reverts all with BadVoucher.
    /// @param receiver Receiver of every row.
    /// @param rows 120 bytes each: payer 20, signer 20, salt 4, withdrawDelay 4, amount 8, r 32, vs 32 (EIP-2098).
    /// @return total Newly earned, in 1e-6 USDC.
    function claim(address receiver, bytes calldata rows) external returns (uint256 total);

    /// @notice Records vouchers that keys or accounts with code signed, of any receivers. ECDSA is tried first. A row whose
    /// EIP-1271 check fails is skipped, so nobody poisons a batch; a row of a signer without code reverts with BadVoucher.
    /// @dev An account can take its code away (EIP-7702) or change what it says: a receiver claims such vouchers at once.
    /// @param rows Vouchers.
    /// @return total Newly earned by all receivers, in 1e-6 USDC.
    function claimTyped(VoucherClaim[] calldata rows) external returns (uint256 total);

    /// @notice Pays out earnings of the caller. The fee is the share of all that it ever earned, rounded down, so no way of
    /// splitting payments changes it.
    /// @param to Receives it.
    /// @param amount In 1e-6 USDC, at most `withdrawable`.
    function withdraw(address to, uint256 amount) external;

    /// @notice The payer announces a withdrawal; each call restarts the clock, 0 takes it back. Until it is ripe the
    /// receiver may claim whatever was signed.
    /// @param config Terms of the channel.
    /// @param amount Most to withdraw, in 1e-6 USDC.
    function startWithdraw(Config calldata config, uint64 amount) external;

    /// @notice The payer takes min(announced, unclaimed), once ripe.
    /// @param config Terms of the channel.
    /// @param to Receives it.
    function finishWithdraw(Config calldata config, address to) external;

    /// @notice The receiver gives unclaimed money back to the payer at once.
    /// @param config Terms of the channel.
    /// @param amount In 1e-6 USDC.
    function refund(Config calldata config, uint64 amount) external;

    /// @notice The owner collects the fees that withdrawals of these receivers settled.
    /// @dev They lie in the receivers' books, so that no withdrawal pays for a slot of the protocol's.
    /// @param receivers Whose fees; one named twice counts once.
    /// @param to Receives them.
    function collectFees(address[] calldata receivers, address to) external;

    /// @notice The owner names the account that may stop deposits.
    /// @param newGuardian The account.
    function setGuardian(address newGuardian) external;

    /// @notice The guardian or the owner stops deposits; nothing else stops.
    function pauseDeposits() external;

    /// @notice The owner lets deposits go on.
    function unpauseDeposits() external;

    /// @notice Id of a channel: keccak256(abi.encode(chainid, this, payer, signer, receiver, salt, withdrawDelay)).
    /// @param config Terms of the channel.
    /// @return channelId Its id.
    function channelIdOf(Config calldata config) external view returns (bytes32 channelId);

    /// @notice State of a channel; zeros for an unknown id.
    /// @param channelId Its id.
    /// @return channel Its state.
    function channelOf(bytes32 channelId) external view returns (Channel memory channel);

    /// @notice Books of a receiver.
    /// @param receiver The receiver.
    /// @return earnings Its books.
    function earningsOf(address receiver) external view returns (Earnings memory earnings);

    /// @notice What a receiver could withdraw now, after the fee.
    /// @param receiver The receiver.
    /// @return amount In 1e-6 USDC.
    function withdrawable(address receiver) external view returns (uint256 amount);

    /// @notice Fees that withdrawals of a receiver settled and nobody collected yet.
    /// @param receiver The receiver.
    /// @return amount In 1e-6 USDC.
    function feesAccrued(address receiver) external view returns (uint256 amount);

    /// @notice Protocol's share of what receivers earn, for good.
    /// @return bps Of 10,000.
    function feeBps() external view returns (uint16 bps);

    /// @notice The token of all amounts.
    /// @return account Address of USDC.
    function token() external view returns (address account);

    /// @notice Bounds of a channel's delay.
    /// @return min Least seconds.
    /// @return max Most seconds.
    function withdrawDelays() external view returns (uint32 min, uint32 max);

    /// @notice Who may stop deposits.
    /// @return account The guardian.
    function guardian() external view returns (address account);

    /// @notice Whether deposits are stopped.
    /// @return paused True while they are.
    function depositsPaused() external view returns (bool paused);
}
