// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "./IEscrowAccounts.sol";
import {IEscrowOrders} from "./IEscrowOrders.sol";

/// @title Escrow of single jobs
/// @notice One signature opens a job and pays for it; silence of the provider refunds the client, silence of the client pays the provider.
interface IJobEscrow is IEscrowAccounts, IEscrowOrders {
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
    /// @param client Pays and accepts.
    /// @param provider Runs the model.
    /// @param modelKey SHA-256 of the model's manifest.
    /// @param inputCommit SHA-256("dim:input:v1" || digest || salt) of the input tensors.
    /// @param inputRef SHA-256 of the raw root block of the input's envelope.
    /// @param price Most that the job may cost.
    /// @param floor The model's floor, as it was when the client signed.
    /// @param submitBy Unix seconds until which the provider may submit.
    /// @param challengeWindow Seconds after submission until anybody may settle.
    /// @param feeBps Protocol's share of what is charged, as it was when the client signed.
    /// @param royaltyBps Model owner's share of what is charged, as it was when the client signed.
    /// @param verifyMode 0 optimistic; other modes are not made by these functions.
    /// @param groupId Zero for a single job.
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

    /// @notice A job that its client signed, to be opened from its available balance.
    /// @param params Terms of the job.
    /// @param accessProof Empty for a public model, else what the model's policy asks for.
    /// @param clientSignature By the client over JobParams, ECDSA or EIP-1271.
    struct SignedJob {
        JobParams params;
        bytes accessProof;
        bytes clientSignature;
    }

    /// @notice State of a job. `time` is the moment of submission or challenge; `tag` binds result commitment and reference.
    /// @param status Where it stands.
    /// @param time Unix seconds of submission or challenge.
    /// @param charged What the provider asks.
    /// @param tag Hash of result commitment and reference, cut to fit.
    struct Job {
        Status status;
        uint40 time;
        uint64 charged;
        uint144 tag;
    }

    /// @notice Bounds of a job's terms and delay of orders, in seconds, and the stake that a job binds.
    /// @param minSubmitDelay Least time between opening and `submitBy`.
    /// @param maxSubmitDelay Longest time between opening and `submitBy`.
    /// @param minWindow Least challenge window.
    /// @param maxWindow Longest challenge window.
    /// @param resolvePeriod Time that a challenge waits for the game.
    /// @param exposureBps Stake bound by a submitted job, as a share of what it charges.
    /// @param releaseDelay Time that reserved balance and the nonces of orders take to leave.
    struct Limits {
        uint40 minSubmitDelay;
        uint40 maxSubmitDelay;
        uint32 minWindow;
        uint32 maxWindow;
        uint40 resolvePeriod;
        uint32 exposureBps;
        uint32 releaseDelay;
    }

    /// @notice Only the client may do this.
    /// @param jobId The job.
    /// @param caller Who called.
    error NotClient(bytes32 jobId, address caller);
    /// @notice Only the provider or a service key of it that is valid now may do this.
    /// @param jobId The job.
    /// @param caller Who called.
    error NotProvider(bytes32 jobId, address caller);
    /// @notice Only the game may do this.
    /// @param caller Who called.
    error NotGame(address caller);
    /// @notice The job is not in the state that this needs.
    /// @param jobId The job.
    /// @param status Its state.
    error WrongStatus(bytes32 jobId, Status status);
    /// @notice The price is below the model's floor.
    /// @param price Most that the job may cost.
    /// @param floor Least charge.
    error PriceBelowFloor(uint64 price, uint64 floor);
    /// @notice What is charged lies between floor and price.
    /// @param jobId The job.
    /// @param charged What the provider asks.
    /// @param floor Least charge.
    /// @param price Most that the job may cost.
    error ChargeOutOfRange(bytes32 jobId, uint64 charged, uint64 floor, uint64 price);
    /// @notice The deadline is too near or too far.
    /// @param submitBy The deadline, in unix seconds.
    /// @param earliest Least allowed.
    /// @param latest Most allowed.
    error SubmitByOutOfRange(uint40 submitBy, uint40 earliest, uint40 latest);
    /// @notice The challenge window is too short or too long.
    /// @param challengeWindow In seconds.
    /// @param min Least allowed.
    /// @param max Most allowed.
    error WindowOutOfRange(uint32 challengeWindow, uint32 min, uint32 max);
    /// @notice The signed terms are not the current ones, which are these.
    /// @param floor Least charge.
    /// @param royaltyBps In basis points.
    /// @param feeBps In basis points.
    error StaleTerms(uint64 floor, uint16 royaltyBps, uint16 feeBps);
    /// @notice This function makes optimistic jobs only.
    /// @param verifyMode What was asked for.
    error UnsupportedVerifyMode(uint8 verifyMode);
    /// @notice This function makes single jobs only.
    /// @param groupId What was asked for.
    error UnexpectedGroup(bytes32 groupId);
    /// @notice The model takes no new jobs.
    /// @param modelKey SHA-256 of the manifest.
    error ModelNotActive(bytes32 modelKey);
    /// @notice The model's policy does not let the client buy.
    /// @param modelKey SHA-256 of the manifest.
    /// @param client The client.
    error AccessRefused(bytes32 modelKey, address client);
    /// @notice The provider has too little stake for any job.
    /// @param provider The provider.
    /// @param stake What is staked.
    /// @param minimum Least stake.
    error ProviderNotStaked(address provider, uint128 stake, uint128 minimum);
    /// @notice The deadline is over.
    /// @param jobId The job.
    /// @param submitBy The deadline, in unix seconds.
    error SubmitTooLate(bytes32 jobId, uint40 submitBy);
    /// @notice Another result was submitted than the one that was accepted.
    /// @param jobId The job.
    error ResultMismatch(bytes32 jobId);
    /// @notice Neither a key nor the code of the account signed this.
    /// @param expectedSigner Who should have signed.
    error BadSignature(address expectedSigner);
    /// @notice No such verdict.
    /// @param verdict What was given.
    error BadVerdict(uint8 verdict);
    /// @notice The challenge window is over.
    /// @param jobId The job.
    /// @param closedAt Unix seconds of its end.
    error WindowClosed(bytes32 jobId, uint256 closedAt);
    /// @notice The game still has time.
    /// @param jobId The job.
    /// @param until Unix seconds.
    error ResolvePeriodRunning(bytes32 jobId, uint256 until);
    /// @notice A share cannot be more than the whole.
    /// @param providerBps What was given.
    error SplitOutOfRange(uint16 providerBps);
    /// @notice A parameter of the deployment is out of its bounds.
    /// @param name Of the parameter.
    /// @param value What was given.
    /// @param min Least allowed.
    /// @param max Most allowed.
    error ParameterOutOfRange(string name, uint256 value, uint256 min, uint256 max);
    /// @notice The provider registry works for another escrow.
    /// @param escrow The other escrow.
    error WrongEscrow(address escrow);
    /// @notice The provider registry keeps another token.
    /// @param token The other token.
    error WrongToken(address token);

    /// @notice A job is open and paid for. `params` are all of its terms.
    /// @param jobId The job.
    /// @param provider The provider.
    /// @param modelKey SHA-256 of the manifest.
    /// @param params All terms of the job.
    event JobOpened(bytes32 indexed jobId, address indexed provider, bytes32 indexed modelKey, JobParams params);
    /// @notice The provider committed to a result; the window starts now.
    /// @param jobId The job.
    /// @param provider The provider.
    /// @param resultCommit Commitment of the result.
    /// @param resultRef SHA-256 of the raw root block of the result's envelope.
    /// @param charged What the provider asks.
    event JobSubmitted(
        bytes32 indexed jobId, address indexed provider, bytes32 resultCommit, bytes32 resultRef, uint64 charged
    );
    /// @notice A job is paid. The four amounts add up to the price.
    /// @param jobId The job.
    /// @param provider The provider.
    /// @param toProvider The provider's part.
    /// @param fee The protocol's part.
    /// @param royalty The model owner's part.
    /// @param refund What went back to the client.
    event JobPaid(
        bytes32 indexed jobId, address indexed provider, uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund
    );
    /// @notice The whole price went back to the client.
    /// @param jobId The job.
    /// @param client The client.
    /// @param refund What went back to the client.
    event JobRefunded(bytes32 indexed jobId, address indexed client, uint64 refund);
    /// @notice A challenged job was split. The four amounts add up to the price.
    /// @param jobId The job.
    /// @param provider The provider.
    /// @param toProvider The provider's part.
    /// @param fee The protocol's part.
    /// @param royalty The model owner's part.
    /// @param refund What went back to the client.
    event JobSplit(
        bytes32 indexed jobId, address indexed provider, uint64 toProvider, uint64 fee, uint64 royalty, uint64 refund
    );
    /// @notice The provider refused; a JobRefunded follows.
    /// @param jobId The job.
    /// @param provider The provider.
    event JobDeclined(bytes32 indexed jobId, address indexed provider);
    /// @notice The client killed an id before it was opened.
    /// @param jobId The job.
    /// @param client The client.
    event JobRevoked(bytes32 indexed jobId, address indexed client);
    /// @notice The result is disputed.
    /// @param jobId The job.
    /// @param provider The provider.
    event JobChallenged(bytes32 indexed jobId, address indexed provider);

    /// @notice Opens a job from the caller's available balance. The same terms again succeed and change nothing.
    /// @param params Terms of the job.
    /// @param accessProof Empty for a public model, else what the model's policy asks for.
    /// @return jobId The id.
    function createJob(JobParams calldata params, bytes calldata accessProof) external returns (bytes32 jobId);

    /// @notice Opens a job by the client's EIP-3009 signature, whose nonce is the job's id; anybody relays.
    /// @dev The same terms again succeed without touching the token, so a lost answer is repeated safely, even though the authorization is used up.
    /// @param params Terms of the job.
    /// @param accessProof Empty for a public model, else what the model's policy asks for.
    /// @param validAfter Unix seconds after which the authorization is valid.
    /// @param validBefore Unix seconds before which it is valid.
    /// @param signature EIP-3009 ReceiveWithAuthorization to this contract, as the token takes it.
    /// @return jobId The id.
    function createJobWithAuthorization(
        JobParams calldata params,
        bytes calldata accessProof,
        uint256 validAfter,
        uint256 validBefore,
        bytes calldata signature
    ) external returns (bytes32 jobId);

    /// @notice Opens a job from the caller's USDC by its EIP-2612 signature, or by an allowance that is there already.
    /// @dev A permit that somebody else has used up counts by the allowance that it left. The same terms again succeed without touching the token.
    /// @param params Terms of the job.
    /// @param accessProof Empty for a public model, else what the model's policy asks for.
    /// @param deadline Unix seconds until which the permit is valid.
    /// @param v Of the permit for the price, to this contract.
    /// @param r Of the permit.
    /// @param s Of the permit.
    /// @return jobId The id.
    function createJobWithPermit(
        JobParams calldata params,
        bytes calldata accessProof,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (bytes32 jobId);

    /// @notice Opens jobs from their clients' available balances, by their signatures over JobParams; anybody relays.
    /// @dev Skipped, so that no row can spoil the others: a row that was opened or revoked before, whose terms do not hold, whose access is
    /// refused, that the balance does not cover, or that the code of its client refuses. A row reverts all if its client is an
    /// account without code that did not sign it.
    /// @param rows One of each per job.
    /// @return opened Count of jobs opened.
    function createJobs(SignedJob[] calldata rows) external returns (uint256 opened);

    /// @notice The client kills an id that is not open yet.
    /// @param params Terms of the job.
    function revoke(JobParams calldata params) external;

    /// @notice The provider or its service key refuses an open job: the client has its money back now.
    /// @param params Terms of the job.
    function decline(JobParams calldata params) external;

    /// @notice The provider or its service key commits to a result. floor <= charged <= price.
    /// @param params Terms of the job.
    /// @param resultCommit keccak256(abi.encode(provider, jobId, digest, salt)).
    /// @param resultRef SHA-256 of the raw root block of the result's envelope.
    /// @param charged What the provider asks, in 1e-6 USDC.
    function submit(JobParams calldata params, bytes32 resultCommit, bytes32 resultRef, uint64 charged) external;

    /// @notice As `submit`, by a signed ResultSubmission that anybody relays.
    /// @param params Terms of the job.
    /// @param resultCommit keccak256(abi.encode(provider, jobId, digest, salt)).
    /// @param resultRef SHA-256 of the raw root block of the result's envelope.
    /// @param charged What the provider asks, in 1e-6 USDC.
    /// @param signature By the provider (ECDSA or EIP-1271) or a service key valid now (ECDSA).
    function submitSigned(
        JobParams calldata params,
        bytes32 resultCommit,
        bytes32 resultRef,
        uint64 charged,
        bytes calldata signature
    ) external;

    /// @notice The client takes the result: payment now, without waiting for the window.
    /// @param params Terms of the job.
    function accept(JobParams calldata params) external;

    /// @notice As `accept`, by a signed Acceptance that anybody relays.
    /// @param params Terms of the job.
    /// @param resultCommit keccak256(abi.encode(provider, jobId, digest, salt)).
    /// @param resultRef SHA-256 of the raw root block of the result's envelope.
    /// @param signature By the client (ECDSA or EIP-1271) over Acceptance with the charge that was submitted.
    function acceptSigned(
        JobParams calldata params,
        bytes32 resultCommit,
        bytes32 resultRef,
        bytes calldata signature
    ) external;

    /// @notice Pays submitted jobs whose window is over; rows that are not due are skipped.
    /// @param params Terms of each job.
    /// @return paid Count of jobs paid.
    function settle(JobParams[] calldata params) external returns (uint256 paid);

    /// @notice Refunds open jobs that nobody submitted in time; rows that are not due are skipped.
    /// @param params Terms of each job.
    /// @return refunded Count of jobs refunded.
    function expire(JobParams[] calldata params) external returns (uint256 refunded);

    /// @notice Only the game: Submitted -> Challenged, within the window.
    /// @param params Terms of the job.
    function challenge(JobParams calldata params) external;

    /// @notice Only the game decides a challenged job.
    /// @param params Terms of the job.
    /// @param verdict 1 paid, 2 refunded, 3 split by `providerBps` of what was charged.
    /// @param providerBps Share of a split before fee and royalty; ignored by the other verdicts.
    function resolve(JobParams calldata params, uint8 verdict, uint16 providerBps) external;

    /// @notice Splits a challenged job in half that the game did not decide in time; anybody, with no call to the game.
    /// @param params Terms of the job.
    function timeoutChallenge(JobParams calldata params) external;

    /// @notice Id of a job: the EIP-712 hash of its terms in this contract's domain.
    /// @param params Terms of the job.
    /// @return jobId The id.
    function jobIdOf(JobParams calldata params) external view returns (bytes32 jobId);

    /// @notice Reverts with the reason for which a job of these terms could not be opened now; says nothing about who pays.
    /// @param params Terms of the job.
    /// @param accessProof Empty for a public model, else what the model's policy asks for.
    function checkTerms(JobParams calldata params, bytes calldata accessProof) external view;

    /// @notice State of a job; status None for an unknown id.
    /// @param jobId The id.
    /// @return job Its slot.
    function jobOf(bytes32 jobId) external view returns (Job memory job);

    /// @notice Bounds of the terms of new jobs.
    /// @return bounds Fixed at deployment.
    function limits() external view returns (Limits memory bounds);

    /// @notice The contracts that this one works with, fixed at deployment.
    /// @return token USDC.
    /// @return models Register of models.
    /// @return providers Register of stakes.
    function contracts() external view returns (address token, address models, address providers);
}
