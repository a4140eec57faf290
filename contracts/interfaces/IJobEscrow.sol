// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Escrow of single jobs
/// @notice One signature opens a job and pays for it; silence of the provider refunds the client, silence of the client pays the provider.
interface IJobEscrow {
    /// @notice State of a job. Terminal states stay for ever, so an id is never used twice.
    enum Status {
        None,
        Open,
        Submitted,
        Challenged,
        Paid,
        Refunded,
        Split,
        Revoked
    }

    /// @notice Terms of a job. They live in calldata; the chain keeps their hash as the job's id.
    /// @param inputCommit SHA-256("dim:input:v1" || digest || salt) of the input tensors.
    /// @param inputRef SHA-256 of the raw root block of the input's envelope.
    /// @param price Most that the job may cost.
    /// @param submitBy Unix seconds until which the provider may submit.
    /// @param challengeWindow Seconds after submission until anybody may settle.
    /// @param feeBps Protocol's share of what is charged, as it was when the client signed.
    /// @param verifyMode 0 optimistic; other modes are not made by these functions.
    /// @param nonce The client's salt.
    struct JobParams {
        address client;
        address provider;
        bytes32 modelKey;
        bytes32 inputCommit;
        bytes32 inputRef;
        uint64 price;
        uint64 floor;
        uint40 submitBy;
        uint32 challengeWindow;
        uint16 feeBps;
        uint16 royaltyBps;
        uint8 verifyMode;
        bytes32 groupId;
        uint96 nonce;
    }

    /// @notice State of a job. `time` is the moment of submission or challenge; `tag` binds result commitment and reference.
    struct Job {
        Status status;
        uint40 time;
        uint64 charged;
        uint144 tag;
    }

    /// @notice Balance of an account. `available` leaves at once; `reserved` is for signed orders.
    struct Account {
        uint64 available;
        uint64 reserved;
        uint64 releasing;
        uint40 releaseAt;
    }

    error ZeroAddress();
    error ZeroAmount();
    error CreationPaused();
    error NotClient(bytes32 jobId, address caller);
    error NotProvider(bytes32 jobId, address caller);
    error NotGame(address caller);
    error NotGuardian(address caller);
    error GameAlreadySet(address game);
    error WrongStatus(bytes32 jobId, Status status);
    error InsufficientBalance(address account, uint256 available, uint256 needed);
    error PriceBelowFloor(uint64 price, uint64 floor);
    error ChargeOutOfRange(bytes32 jobId, uint64 charged, uint64 floor, uint64 price);
    error SubmitByOutOfRange(uint40 submitBy, uint40 earliest, uint40 latest);
    error WindowOutOfRange(uint32 challengeWindow, uint32 min, uint32 max);
    error StaleTerms(uint64 floor, uint16 royaltyBps, uint16 feeBps);
    error UnsupportedVerifyMode(uint8 verifyMode);
    error UnexpectedGroup(bytes32 groupId);
    error ModelNotActive(bytes32 modelKey);
    error AccessRefused(bytes32 modelKey, address client);
    error ProviderNotStaked(address provider, uint128 stake, uint128 minimum);
    error SubmitTooLate(bytes32 jobId, uint40 submitBy);
    error ResultMismatch(bytes32 jobId);
    error BadSignature(address expectedSigner);
    error BadVerdict(uint8 verdict);
    error FeeTooHigh(uint16 feeBps, uint16 maxFeeBps);
    error FeeChangedRecently(uint40 nextChangeAt);
    error NotModelOwner(bytes32 modelKey, address caller);
    error UnexpectedTokenDelta(uint256 expected, uint256 received);

    event Deposited(address indexed account, address indexed payer, uint64 amount);
    event Withdrawn(address indexed account, address indexed to, uint64 amount);
    event JobOpened(bytes32 indexed jobId, address indexed provider, bytes32 indexed modelKey, JobParams params);
    event JobSubmitted(
        bytes32 indexed jobId, address indexed provider, bytes32 resultCommit, bytes32 resultRef, uint64 charged
    );
    event JobPaid(
        bytes32 indexed jobId, address indexed provider, uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund
    );
    event JobRefunded(bytes32 indexed jobId, address indexed client, uint64 refund);
    event JobSplit(
        bytes32 indexed jobId, address indexed provider, uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund
    );
    event JobDeclined(bytes32 indexed jobId, address indexed provider);
    event JobRevoked(bytes32 indexed jobId, address indexed client);
    event JobChallenged(bytes32 indexed jobId, address indexed provider);
    event RoyaltyClaimed(bytes32 indexed modelKey, address indexed to, uint256 amount);
    event FeesCollected(address indexed to, uint256 amount);
    event FeeChanged(uint16 feeBps);
    event GameSet(address game);
    event CreationPauseChanged(bool paused, address by);
    event GuardianChanged(address guardian);

    /// @notice Credits the caller with USDC pulled from it.
    function deposit(uint64 amount) external;

    /// @notice Credits `from` by its EIP-3009 signature; anybody relays.
    /// @dev The nonce is keccak256(abi.encode(DEPOSIT_TYPEHASH, from, amount, salt)), computed here.
    function depositWithAuthorization(
        address from,
        uint64 amount,
        bytes32 salt,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external;

    /// @notice Pays out available balance, at once.
    function withdraw(address to, uint64 amount) external;

    /// @notice Opens a job from the caller's available balance. The same terms again succeed and change nothing.
    function createJob(JobParams calldata params, bytes calldata accessProof) external returns (bytes32 jobId);

    /// @notice Opens a job by the client's EIP-3009 signature, whose nonce is the job's id; anybody relays.
    function createJobWithAuthorization(
        JobParams calldata params,
        bytes calldata accessProof,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external returns (bytes32 jobId);

    /// @notice The client kills an id that is not open yet.
    function revoke(JobParams calldata params) external;

    /// @notice The provider or its service key refuses an open job: the client has its money back now.
    function decline(JobParams calldata params) external;

    /// @notice The provider or its service key commits to a result. floor <= charged <= price.
    function submit(JobParams calldata params, bytes32 resultCommit, bytes32 resultRef, uint64 charged) external;

    /// @notice As `submit`, by a signed ResultSubmission that anybody relays.
    function submitSigned(
        JobParams calldata params,
        bytes32 resultCommit,
        bytes32 resultRef,
        uint64 charged,
        bytes calldata signature
    ) external;

    /// @notice The client takes the result: payment now, without waiting for the window.
    function accept(JobParams calldata params) external;

    /// @notice As `accept`, by a signed Acceptance that anybody relays.
    function acceptSigned(
        JobParams calldata params,
        bytes32 resultCommit,
        bytes32 resultRef,
        bytes calldata signature
    ) external;

    /// @notice Pays submitted jobs whose window is over; rows that are not due are skipped.
    /// @return paid Count of jobs paid.
    function settle(JobParams[] calldata params) external returns (uint256 paid);

    /// @notice Refunds open jobs that nobody submitted in time; rows that are not due are skipped.
    /// @return refunded Count of jobs refunded.
    function expire(JobParams[] calldata params) external returns (uint256 refunded);

    /// @notice Only the game: Submitted -> Challenged, within the window.
    function challenge(JobParams calldata params) external;

    /// @notice Only the game decides a challenged job.
    /// @param verdict 1 paid, 2 refunded, 3 split by `providerBps` of what was charged.
    function resolve(JobParams calldata params, uint8 verdict, uint16 providerBps) external;

    /// @notice Splits a challenged job in half that the game did not decide in time; anybody, with no call to the game.
    function timeoutChallenge(JobParams calldata params) external;

    /// @notice Pays out the royalty of a model to its owner's choice.
    function claimRoyalty(bytes32 modelKey, address to) external;

    /// @notice The owner of the escrow collects protocol fees.
    function collectFees(address to) external;

    /// @notice Id of a job: the EIP-712 hash of its terms in this contract's domain.
    function jobIdOf(JobParams calldata params) external view returns (bytes32);

    /// @notice State of a job; status None for an unknown id.
    function jobOf(bytes32 jobId) external view returns (Job memory);

    /// @notice Balance of an account.
    function accountOf(address account) external view returns (Account memory);

    /// @notice Royalty not yet paid out.
    function royaltyOwed(bytes32 modelKey) external view returns (uint256);

    /// @notice Protocol's share of what new jobs charge.
    function feeBps() external view returns (uint16);
}
