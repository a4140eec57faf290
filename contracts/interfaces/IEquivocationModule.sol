// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "./IJobEscrow.sol";

/// @title Slashing of contradictory receipts
/// @notice Two receipts that a provider signed for the same place (provider, channel, number) and that differ are proof
/// enough: no arbiter, no bond. Nothing else is a fault here; another answer to the same request has another place.
interface IEquivocationModule {
    /// @notice A provider's statement about one inference, signed as EIP-712 under ProviderRegistry's domain.
    /// @param provider Who served.
    /// @param payer Who paid.
    /// @param channelId Channel of the payment, or the job's id.
    /// @param seq Number within the channel, 0 for a job.
    /// @param modelKey The model.
    /// @param requestHash Commitment to the request.
    /// @param responseHash Commitment to the answer.
    /// @param traceRoot Root of the computation's trace, or zero.
    /// @param detailsHash SHA-256 of the details' canonical JSON.
    /// @param tokensIn Units read.
    /// @param tokensOut Units written.
    /// @param charged Price of this inference, in 1e-6 USDC.
    /// @param cumulativeCharged Price of all of the channel so far, in 1e-6 USDC.
    /// @param servedAt Unix seconds.
    /// @param prevReceipt Struct hash of the receipt before it in the channel, or zero.
    struct InferenceReceipt {
        address provider;
        address payer;
        bytes32 channelId;
        uint64 seq;
        bytes32 modelKey;
        bytes32 requestHash;
        bytes32 responseHash;
        bytes32 traceRoot;
        bytes32 detailsHash;
        uint64 tokensIn;
        uint64 tokensOut;
        uint128 charged;
        uint128 cumulativeCharged;
        uint40 servedAt;
        bytes32 prevReceipt;
    }

    /// @notice The receipts are for different places.
    error ReceiptsUnrelated();
    /// @notice The receipts say the same.
    /// @param receiptHash EIP-712 struct hash of the receipt.
    error ReceiptsIdentical(bytes32 receiptHash);
    /// @notice A receipt is too old to slash, or from the future.
    /// @param servedAt What the receipt says, unix seconds.
    /// @param earliest Unix seconds.
    /// @param latest Unix seconds.
    error ReceiptOutOfPeriod(uint40 servedAt, uint256 earliest, uint256 latest);
    /// @notice Neither the provider nor a key of it that was valid when the receipt was served signed this.
    /// @param provider The provider.
    /// @param receiptHash EIP-712 struct hash of the receipt.
    error ReceiptNotSigned(address provider, bytes32 receiptHash);
    /// @notice This place slashed already.
    /// @param equivocationId Hash of provider, channel and number.
    error AlreadyProven(bytes32 equivocationId);
    /// @notice The channel is a job: its terms are needed, so that it slashes under its own case id.
    /// @param jobId The job.
    error JobTermsNeeded(bytes32 jobId);
    /// @notice The terms are not those of an opened job of this provider, or the receipts not those of the job.
    /// @param jobId The job.
    error JobMismatch(bytes32 jobId);
    /// @notice There is no stake; the case stays open.
    /// @param provider The provider.
    error NothingToSlash(address provider);
    /// @notice A parameter of the deployment is out of its bounds.
    /// @param name The parameter.
    /// @param value What it was to be.
    /// @param min Least.
    /// @param max Most.
    error ParameterOutOfRange(string name, uint256 value, uint256 min, uint256 max);

    /// @notice A provider lost `slashed` for two receipts of one place.
    /// @param provider The provider.
    /// @param channelId The channel.
    /// @param finder Who proved it and is rewarded.
    /// @param seq Number of the receipts within the channel.
    /// @param caseId Case of the registry.
    /// @param receiptA Struct hash of one receipt.
    /// @param receiptB Struct hash of the other.
    /// @param slashed What the provider lost, in 1e-6 USDC.
    event EquivocationProven(
        address indexed provider,
        bytes32 indexed channelId,
        address indexed finder,
        uint64 seq,
        bytes32 caseId,
        bytes32 receiptA,
        bytes32 receiptB,
        uint128 slashed
    );

    /// @notice Slashes for two receipts of a channel, or of a payment outside of channels and jobs. The caller is the finder.
    /// @dev The case id is keccak256(abi.encode("equivocation", provider, channelId, seq)).
    /// @param a A receipt.
    /// @param sigA Its signature, 65 or 64 bytes.
    /// @param b Another receipt of the same place.
    /// @param sigB Its signature, 65 or 64 bytes.
    /// @return slashed What the provider lost, in 1e-6 USDC.
    function proveEquivocation(
        InferenceReceipt calldata a,
        bytes calldata sigA,
        InferenceReceipt calldata b,
        bytes calldata sigB
    ) external returns (uint128 slashed);

    /// @notice Slashes for two receipts of a job. The case id is the job's id, so that no other module slashes for it again.
    /// @dev The terms show that the job is the provider's: nobody else can use up its case id.
    /// @param params Terms of the job.
    /// @param a A receipt.
    /// @param sigA Its signature, 65 or 64 bytes.
    /// @param b Another receipt of the same job.
    /// @param sigB Its signature, 65 or 64 bytes.
    /// @return slashed What the provider lost, in 1e-6 USDC.
    function proveJobEquivocation(
        IJobEscrow.JobParams calldata params,
        InferenceReceipt calldata a,
        bytes calldata sigA,
        InferenceReceipt calldata b,
        bytes calldata sigB
    ) external returns (uint128 slashed);

    /// @notice What a case may cost a provider now: ten times the dearer receipt's charge or 5 % of its stake, thawing stake
    /// included, whichever is more.
    /// @param provider The provider.
    /// @param charged Charge of the dearer receipt, in 1e-6 USDC.
    /// @return amount In 1e-6 USDC.
    function slashAmount(address provider, uint128 charged) external view returns (uint128 amount);

    /// @notice EIP-712 struct hash of a receipt.
    /// @param receipt The receipt.
    /// @return receiptHash To be put under ProviderRegistry's domain.
    function receiptHashOf(InferenceReceipt calldata receipt) external pure returns (bytes32 receiptHash);

    /// @notice How long after it was served a receipt can slash.
    /// @return duration In seconds, at most the time that stake takes to leave.
    function receiptPeriod() external view returns (uint40 duration);
}
