// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../interfaces/IEscrowOrders.sol";
import {IJobEscrow} from "../interfaces/IJobEscrow.sol";

/// @title EIP-712 structs of the escrow
/// @notice What clients and providers sign about a job.
library JobTypes {
    bytes32 private constant JOB_PARAMS_TYPEHASH = keccak256(
        "JobParams(address client,address provider,bytes32 modelKey,bytes32 inputCommit,bytes32 inputRef,uint64 price,uint64 floor,uint40 submitBy,uint32 challengeWindow,uint16 feeBps,uint16 royaltyBps,uint8 verifyMode,bytes32 groupId,uint96 nonce)"
    );
    uint256 private constant PARAMS_SIZE = 14 * 32;
    bytes32 private constant JOB_ORDER_TYPEHASH = keccak256(
        "JobOrder(address client,address provider,bytes32 modelKey,bytes32 inputCommit,uint64 price,uint40 submitBy,uint16 feeBps,uint16 royaltyBps,uint96 nonce)"
    );
    uint256 private constant ORDER_SIZE = 9 * 32;
    bytes32 private constant RESULT_SUBMISSION_TYPEHASH =
        keccak256("ResultSubmission(bytes32 jobId,bytes32 resultCommit,bytes32 resultRef,uint64 charged)");
    bytes32 private constant ACCEPTANCE_TYPEHASH =
        keccak256("Acceptance(bytes32 jobId,bytes32 resultCommit,bytes32 resultRef,uint64 charged)");
    bytes32 private constant DEPOSIT_TYPEHASH = keccak256("Deposit(address from,uint64 amount,bytes32 salt)");

    /// @notice Struct hash of a job's terms.
    /// @dev Copied as it is instead of field by field: fourteen static words are their own ABI encoding. A field out of
    /// its type's range is found where it is read, and a job is only opened after all of them were read.
    /// @param params The terms.
    /// @return structHash To be put under the escrow's domain.
    function hashParams(IJobEscrow.JobParams calldata params) internal pure returns (bytes32 structHash) {
        bytes32 typeHash = JOB_PARAMS_TYPEHASH;
        uint256 size = PARAMS_SIZE;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), params, size)
            structHash := keccak256(free, add(size, 0x20))
        }
    }

    /// @notice Struct hash of an order.
    /// @dev Copied as it is, like a job's terms: all of its fields of less than a word are read before it is paid.
    /// @param order The order.
    /// @return structHash To be put under the escrow's domain.
    function hashOrder(IEscrowOrders.JobOrder calldata order) internal pure returns (bytes32 structHash) {
        bytes32 typeHash = JOB_ORDER_TYPEHASH;
        uint256 size = ORDER_SIZE;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), order, size)
            structHash := keccak256(free, add(size, 0x20))
        }
    }

    /// @notice Emits JobOpened with the terms as they lie in calldata.
    /// @dev Reverts if the nonce is out of its type's range: nothing else ever reads it.
    /// @param jobId The id.
    /// @param params The terms, whose other fields the caller has read, so that none is out of its type's range.
    function emitOpened(bytes32 jobId, IJobEscrow.JobParams calldata params) internal {
        bytes32 signature = IJobEscrow.JobOpened.selector;
        address provider = params.provider;
        bytes32 modelKey = params.modelKey;
        uint256 size = PARAMS_SIZE;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, params, size)
            if shr(96, mload(add(free, sub(size, 0x20)))) { revert(0, 0) }
            log4(free, size, signature, jobId, provider, modelKey)
        }
    }

    /// @notice Struct hash of a provider's submission.
    /// @param jobId The job.
    /// @param resultCommit Commitment to provider, job, result and salt.
    /// @param resultRef SHA-256 of the raw root block of the result's envelope.
    /// @param charged What the provider asks.
    /// @return structHash To be put under the escrow's domain.
    function hashSubmission(bytes32 jobId, bytes32 resultCommit, bytes32 resultRef, uint64 charged)
        internal
        pure
        returns (bytes32 structHash)
    {
        return keccak256(abi.encode(RESULT_SUBMISSION_TYPEHASH, jobId, resultCommit, resultRef, charged));
    }

    /// @notice Struct hash of a client's acceptance.
    /// @param jobId The job.
    /// @param resultCommit As it was submitted.
    /// @param resultRef As it was submitted.
    /// @param charged As it was submitted.
    /// @return structHash To be put under the escrow's domain.
    function hashAcceptance(bytes32 jobId, bytes32 resultCommit, bytes32 resultRef, uint64 charged)
        internal
        pure
        returns (bytes32 structHash)
    {
        return keccak256(abi.encode(ACCEPTANCE_TYPEHASH, jobId, resultCommit, resultRef, charged));
    }

    /// @notice EIP-3009 nonce of a deposit: it says what the money is for, so no other entry point can use it up.
    /// @param from Payer.
    /// @param amount In 1e-6 USDC.
    /// @param salt The payer's choice.
    /// @return nonce Nonce of the authorization.
    function depositNonce(address from, uint64 amount, bytes32 salt) internal pure returns (bytes32 nonce) {
        return keccak256(abi.encode(DEPOSIT_TYPEHASH, from, amount, salt));
    }

    /// @notice What the chain keeps of a result: enough to compare, little enough to share the job's slot.
    /// @param resultCommit Commitment of the result.
    /// @param resultRef Reference of the result.
    /// @return tag Low 144 bits of the hash of both.
    function resultTag(bytes32 resultCommit, bytes32 resultRef) internal pure returns (uint144 tag) {
        return uint144(uint256(keccak256(abi.encode(resultCommit, resultRef))));
    }

    /// @notice Reads what settling needs by one load and without memory.
    /// @param job Slot of the job.
    /// @return status Where it stands.
    /// @return time Unix seconds of submission or challenge.
    /// @return charged What the provider asks.
    function load(IJobEscrow.Job storage job)
        internal
        view
        returns (IJobEscrow.Status status, uint40 time, uint64 charged)
    {
        uint256 word;
        assembly ("memory-safe") {
            word := sload(job.slot)
        }
        return (IJobEscrow.Status(uint8(word)), uint40(word >> 8), uint64(word >> 48));
    }

    /// @notice Writes an open job: the slot was read as empty, so nothing in it is to be kept.
    /// @param job Slot of the job.
    function storeOpen(IJobEscrow.Job storage job) internal {
        uint256 word = uint256(IJobEscrow.Status.Open);
        assembly ("memory-safe") {
            sstore(job.slot, word)
        }
    }

    /// @notice Writes a submitted job by one store: the compiler would make three of the struct's four fields.
    /// @param job Slot of the job.
    /// @param charged What the provider charges.
    /// @param tag Binds commitment and reference of the result.
    function storeSubmitted(IJobEscrow.Job storage job, uint64 charged, uint144 tag) internal {
        uint256 word = uint256(IJobEscrow.Status.Submitted) | (uint256(uint40(block.timestamp)) << 8)
            | (uint256(charged) << 48) | (uint256(tag) << 112);
        assembly ("memory-safe") {
            sstore(job.slot, word)
        }
    }
}
