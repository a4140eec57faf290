// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Books} from "./Books.sol";

/// @notice Signatures that actors make, with typed data rebuilt here from the documents, not from the contracts.
abstract contract SignedBy is Books {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant SUBMISSION_TYPEHASH =
        keccak256("ResultSubmission(bytes32 jobId,bytes32 resultCommit,bytes32 resultRef,uint64 charged)");
    bytes32 private constant ACCEPTANCE_TYPEHASH =
        keccak256("Acceptance(bytes32 jobId,bytes32 resultCommit,bytes32 resultRef,uint64 charged)");
    bytes32 private constant SERVICE_KEY_TYPEHASH =
        keccak256("ServiceKey(address provider,address key,uint40 validFrom)");
    bytes32 private constant DEPOSIT_TYPEHASH = keccak256("Deposit(address from,uint64 amount,bytes32 salt)");

    function signedPayment(Key memory from, uint256 value, bytes32 nonce) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(RECEIVE_TYPEHASH, from.addr, address(escrow), value, 0, type(uint256).max, nonce)
        );
        return sign(from.secret, digestOf(domain("USD Coin", "2", address(usdc)), structHash));
    }

    function depositNonce(address from, uint64 amount, bytes32 salt) internal pure returns (bytes32) {
        return keccak256(abi.encode(DEPOSIT_TYPEHASH, from, amount, salt));
    }

    function signedSubmission(Key memory by, bytes32 jobId, bytes32 commit, bytes32 ref, uint64 charged)
        internal
        view
        returns (bytes memory)
    {
        bytes32 structHash = keccak256(abi.encode(SUBMISSION_TYPEHASH, jobId, commit, ref, charged));
        return sign(by.secret, digestOf(domain("JobEscrow", "1", address(escrow)), structHash));
    }

    function signedAcceptance(Key memory by, Track storage track) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(
            abi.encode(ACCEPTANCE_TYPEHASH, track.id, track.resultCommit, track.resultRef, track.charged)
        );
        return signCompact(by.secret, digestOf(domain("JobEscrow", "1", address(escrow)), structHash));
    }

    function signedServiceKey(Key memory key, address provider, uint40 validFrom) internal view returns (bytes memory) {
        bytes32 structHash = keccak256(abi.encode(SERVICE_KEY_TYPEHASH, provider, key.addr, validFrom));
        return sign(key.secret, digestOf(domain("ProviderRegistry", "1", address(registry)), structHash));
    }

    function domain(string memory name, string memory version, address verifier) internal view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name)), keccak256(bytes(version)), block.chainid, verifier)
        );
    }

    function digestOf(bytes32 domainSeparator, bytes32 structHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", domainSeparator, structHash));
    }
}
