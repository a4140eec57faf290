// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEquivocationModule} from "./interfaces/IEquivocationModule.sol";
import {IJobEscrow} from "./interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Slashing of contradictory receipts
/// @notice Takes stake for two receipts of one place, and nothing else.
/// @dev Trust assumptions:
/// - The provider registry and its escrow are fixed at deployment. The registry has authorised this module; the escrow
///   knows nothing of it.
/// - A provider answers for its service keys from their first to their last second: who steals one can slash with it, also
///   by dating a receipt back to a time when it was valid, until the receipt period after its revocation is over.
/// - Only ECDSA counts. What the code of an account says now proves nothing about the time when a receipt was served.
/// - The finder is who calls: a proof can be copied from the mempool, and the one who copies it has the reward.
/// - A validator can shift the time of a block by seconds.
/// - There is no owner and no money.
contract EquivocationModule is IEquivocationModule {
    /// @notice The finder's part of a slash.
    uint16 public constant FINDER_BPS = 1_000;

    /// @notice Least share of the stake that a case costs.
    uint256 public constant STAKE_SHARE_BPS = 500;

    /// @notice Least multiple of the charge that a case costs.
    uint256 public constant CHARGE_MULTIPLE = 10;

    uint256 private constant BPS = 10_000;
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "InferenceReceipt(address provider,address payer,bytes32 channelId,uint64 seq,bytes32 modelKey,bytes32 requestHash,bytes32 responseHash,bytes32 traceRoot,bytes32 detailsHash,uint64 tokensIn,uint64 tokensOut,uint128 charged,uint128 cumulativeCharged,uint40 servedAt,bytes32 prevReceipt)"
    );

    /// @notice Where the stake lies and whose domain receipts are signed under.
    IProviderRegistry public immutable PROVIDERS;

    /// @notice The escrow of that registry.
    IJobEscrow public immutable ESCROW;

    uint40 private immutable RECEIPT_PERIOD;

    mapping(bytes32 equivocationId => bool) private _proven;

    /// @notice Bounds the receipt period by the thaw of the registry.
    /// @param providers Register of stakes and keys.
    /// @param receiptPeriod_ Seconds in which a receipt can slash, at most the time that stake takes to leave.
    constructor(IProviderRegistry providers, uint40 receiptPeriod_) {
        uint40 thaw = providers.thawPeriod();
        require(
            receiptPeriod_ != 0 && receiptPeriod_ <= thaw,
            ParameterOutOfRange("receiptPeriod", receiptPeriod_, 1, thaw)
        );
        PROVIDERS = providers;
        ESCROW = IJobEscrow(providers.escrow());
        RECEIPT_PERIOD = receiptPeriod_;
    }

    /// @inheritdoc IEquivocationModule
    function proveEquivocation(
        InferenceReceipt calldata a,
        bytes calldata sigA,
        InferenceReceipt calldata b,
        bytes calldata sigB
    ) external returns (uint128 slashed) {
        require(a.seq != 0 || !_isJob(a.channelId), JobTermsNeeded(a.channelId));
        (bytes32 hashA, bytes32 hashB) = _checkPair(a, sigA, b, sigB);
        return _slash(_equivocationId(a), a, hashA, hashB, _dearer(a, b));
    }

    /// @inheritdoc IEquivocationModule
    function proveJobEquivocation(
        IJobEscrow.JobParams calldata params,
        InferenceReceipt calldata a,
        bytes calldata sigA,
        InferenceReceipt calldata b,
        bytes calldata sigB
    ) external returns (uint128 slashed) {
        bytes32 jobId = ESCROW.jobIdOf(params);
        require(
            a.channelId == jobId && a.seq == 0 && a.provider == params.provider && _isJob(jobId), JobMismatch(jobId)
        );
        (bytes32 hashA, bytes32 hashB) = _checkPair(a, sigA, b, sigB);
        return _slash(jobId, a, hashA, hashB, _dearer(a, b));
    }

    /// @inheritdoc IEquivocationModule
    function receiptPeriod() external view returns (uint40 duration) {
        return RECEIPT_PERIOD;
    }

    /// @inheritdoc IEquivocationModule
    function slashAmount(address provider, uint128 charged) public view returns (uint128 amount) {
        IProviderRegistry.StakeAccount memory account = PROVIDERS.accountOf(provider);
        uint256 ofStake = ((uint256(account.stake) + account.thawing) * STAKE_SHARE_BPS) / BPS;
        uint256 ofCharge = uint256(charged) * CHARGE_MULTIPLE;
        uint256 most = ofStake > ofCharge ? ofStake : ofCharge;
        return most < type(uint128).max ? uint128(most) : type(uint128).max;
    }

    /// @inheritdoc IEquivocationModule
    function receiptHashOf(InferenceReceipt calldata receipt) public pure returns (bytes32 receiptHash) {
        return keccak256(abi.encode(RECEIPT_TYPEHASH, receipt));
    }

    function _slash(
        bytes32 caseId,
        InferenceReceipt calldata receipt,
        bytes32 hashA,
        bytes32 hashB,
        uint128 charged
    ) private returns (uint128 slashed) {
        // A job's place has a case id of its own; this one keeps it from slashing once before and once after its opening.
        bytes32 equivocationId = _equivocationId(receipt);
        require(!_proven[equivocationId], AlreadyProven(equivocationId));
        _proven[equivocationId] = true;

        address provider = receipt.provider;
        slashed = PROVIDERS.slash(provider, slashAmount(provider, charged), msg.sender, FINDER_BPS, caseId);
        require(slashed != 0, NothingToSlash(provider));
        emit EquivocationProven(
            provider, receipt.channelId, msg.sender, receipt.seq, caseId, hashA, hashB, slashed
        );
    }

    function _checkPair(
        InferenceReceipt calldata a,
        bytes calldata sigA,
        InferenceReceipt calldata b,
        bytes calldata sigB
    ) private view returns (bytes32 hashA, bytes32 hashB) {
        require(
            a.provider == b.provider && a.channelId == b.channelId && a.seq == b.seq, ReceiptsUnrelated()
        );
        (hashA, hashB) = (receiptHashOf(a), receiptHashOf(b));
        require(hashA != hashB, ReceiptsIdentical(hashA));
        _checkReceipt(a, hashA, sigA);
        _checkReceipt(b, hashB, sigB);
    }

    function _checkReceipt(InferenceReceipt calldata receipt, bytes32 receiptHash, bytes calldata signature)
        private
        view
    {
        uint40 servedAt = receipt.servedAt;
        uint256 earliest = block.timestamp > RECEIPT_PERIOD ? block.timestamp - RECEIPT_PERIOD : 0;
        require(
            servedAt >= earliest && servedAt <= block.timestamp,
            ReceiptOutOfPeriod(servedAt, earliest, block.timestamp)
        );
        address provider = receipt.provider;
        address signer = Signatures.recover(_digest(receiptHash), signature);
        require(
            signer != address(0) && (signer == provider || PROVIDERS.keyValidAt(provider, signer, servedAt)),
            ReceiptNotSigned(provider, receiptHash)
        );
    }

    function _isJob(bytes32 jobId) private view returns (bool known) {
        return ESCROW.jobOf(jobId).status != IJobEscrow.Status.None;
    }

    function _digest(bytes32 structHash) private view returns (bytes32 digest) {
        bytes32 separator = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256("ProviderRegistry"), keccak256("1"), block.chainid, address(PROVIDERS)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    function _dearer(InferenceReceipt calldata a, InferenceReceipt calldata b) private pure returns (uint128 charged) {
        return a.charged > b.charged ? a.charged : b.charged;
    }

    function _equivocationId(InferenceReceipt calldata receipt) private pure returns (bytes32 equivocationId) {
        return keccak256(abi.encode("equivocation", receipt.provider, receipt.channelId, receipt.seq));
    }
}
