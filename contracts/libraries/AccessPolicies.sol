// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Signatures} from "./Signatures.sol";

/// @title Whether an account may buy, by policy, access root and proof
/// @notice Every function answers: no proof, token or signer can make it revert.
/// @dev A caller that leaves too little gas for a token or a signer gets a refusal, never access.
library AccessPolicies {
    /// @notice Most gas that a gate token may burn to answer.
    uint256 internal constant TOKEN_GAS = 100_000;

    bytes32 private constant ACCESS_GRANT_TYPEHASH =
        keccak256("AccessGrant(bytes32 modelKey,address user,uint40 expiresAt,uint256 nonce)");

    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    uint256 private constant EPOCH_BITS = 96;
    uint256 private constant GATE_LENGTH = 128;
    uint256 private constant EXPIRY_LENGTH = 5;

    /// @notice Whether the access root of a grant model names somebody who can sign.
    /// @param accessRoot Signer in the upper 160 bits, epoch in the lower 96.
    /// @return named False for the zero address.
    function namesSigner(bytes32 accessRoot) internal pure returns (bool named) {
        return uint256(accessRoot) >> EPOCH_BITS != 0;
    }

    /// @notice Allowlist: whether the proof leads from the user to the root.
    /// @param accessRoot Root of the standard tree of OpenZeppelin.
    /// @param user Who wants to buy.
    /// @param proof `abi.encode(bytes32[])` of the path.
    /// @return listed False for any other bytes.
    function isListed(bytes32 accessRoot, address user, bytes calldata proof) internal pure returns (bool listed) {
        (bool wellFormed, bytes32[] calldata path) = _decodePath(proof);
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(user))));
        return wellFormed && MerkleProof.verifyCalldata(path, accessRoot, leaf);
    }

    /// @notice Token gate: whether the user holds what the gate asks for, now.
    /// @param accessRoot `keccak256(proof)`.
    /// @param user Who wants to buy.
    /// @param proof `abi.encode(kind, token, id, minimum)`.
    /// @return holds False for any other bytes, an unknown kind, or a token that does not answer with one word in time.
    function holdsToken(bytes32 accessRoot, address user, bytes calldata proof) internal view returns (bool holds) {
        if (proof.length != GATE_LENGTH || keccak256(proof) != accessRoot) return false;
        (uint256 kind, uint256 token, uint256 id, uint256 minimum) =
            abi.decode(proof, (uint256, uint256, uint256, uint256));
        if (token > type(uint160).max) return false;
        bool oneToken = kind == 721 && minimum == 0;
        (bool answered, uint256 answer) = _ask(address(uint160(token)), _question(kind, user, id, oneToken));
        if (!answered) return false;
        return oneToken ? answer == uint160(user) : minimum != 0 && answer >= minimum;
    }

    /// @notice Licence: whether the signer that the root names granted the model to the user, in this epoch and for now.
    /// @param accessRoot Signer in the upper 160 bits, epoch in the lower 96.
    /// @param modelKey SHA-256 of the manifest.
    /// @param user Who wants to buy.
    /// @param proof `expiresAt` in 5 bytes, then the signature.
    /// @return granted False for any other bytes.
    function isGranted(bytes32 accessRoot, bytes32 modelKey, address user, bytes calldata proof)
        internal
        view
        returns (bool granted)
    {
        if (proof.length < EXPIRY_LENGTH) return false;
        uint40 expiresAt = uint40(bytes5(proof[:EXPIRY_LENGTH]));
        if (expiresAt <= block.timestamp) return false;
        uint256 epoch = uint96(uint256(accessRoot));
        bytes32 grant = keccak256(abi.encode(ACCESS_GRANT_TYPEHASH, modelKey, user, expiresAt, epoch));
        address signer = address(uint160(uint256(accessRoot) >> EPOCH_BITS));
        bytes32 digest = MessageHashUtils.toTypedDataHash(_domainSeparator(), grant);
        return Signatures.isValid(signer, digest, proof[EXPIRY_LENGTH:]);
    }

    /// @dev Only licences need it: computed where it is asked for, so that nothing else pays for it.
    function _domainSeparator() private view returns (bytes32 separator) {
        (bytes32 name, bytes32 version) = (keccak256("ModelRegistry"), keccak256("1"));
        return keccak256(abi.encode(DOMAIN_TYPEHASH, name, version, block.chainid, address(this)));
    }

    /// @dev Empty for an unknown kind; `_ask` takes that as no answer.
    function _question(uint256 kind, address user, uint256 id, bool oneToken)
        private
        pure
        returns (bytes memory question)
    {
        if (oneToken) return abi.encodeCall(IERC721.ownerOf, (id));
        if (kind == 20 || kind == 721) return abi.encodeCall(IERC20.balanceOf, (user));
        if (kind == 1155) return abi.encodeCall(IERC1155.balanceOf, (user, id));
        return "";
    }

    /// @dev One word is copied, however much the token returns; more or less than one word is no answer.
    function _ask(address token, bytes memory question) private view returns (bool answered, uint256 answer) {
        if (question.length == 0) return (false, 0);
        uint256 gasLimit = TOKEN_GAS;
        assembly ("memory-safe") {
            answered := staticcall(gasLimit, token, add(question, 0x20), mload(question), 0, 0x20)
            answered := and(answered, eq(returndatasize(), 0x20))
            answer := mload(0)
        }
    }

    /// @dev As abi.decode(proof, (bytes32[])), but an encoding that is not exact answers false where abi.decode reverts without a reason.
    function _decodePath(bytes calldata proof) private pure returns (bool wellFormed, bytes32[] calldata path) {
        path = _emptyPath();
        if (proof.length < 64 || proof.length % 32 != 0 || uint256(bytes32(proof[0:32])) != 32) return (false, path);
        uint256 count = uint256(bytes32(proof[32:64]));
        if (count != proof.length / 32 - 2) return (false, path);
        assembly ("memory-safe") {
            path.offset := add(proof.offset, 64)
            path.length := count
        }
        return (true, path);
    }

    function _emptyPath() private pure returns (bytes32[] calldata path) {
        assembly ("memory-safe") {
            path.offset := 0
            path.length := 0
        }
    }
}
