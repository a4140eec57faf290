// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Counted Merkle tree over receipts
/// @notice Shaped as RFC 9162 shapes it, with keccak256: the left subtree of n leaves holds the largest power of two below
/// n. A leaf is keccak256(0x00 ‖ receiptHash), a node keccak256(0x01 ‖ left ‖ right), so none passes for the other; count
/// and index fix the length of a proof and the side of every sibling, so no receipt can be shown at two places.
library ReceiptTree {
    /// @notice Hash of a leaf.
    /// @param receiptHash EIP-712 struct hash of the receipt.
    /// @return hash Domain-separated from nodes.
    function leafHash(bytes32 receiptHash) internal pure returns (bytes32 hash) {
        return keccak256(abi.encodePacked(bytes1(0x00), receiptHash));
    }

    /// @notice Hash of a node.
    /// @param left Hash of the left subtree.
    /// @param right Hash of the right subtree.
    /// @return hash Domain-separated from leaves.
    function nodeHash(bytes32 left, bytes32 right) internal pure returns (bytes32 hash) {
        return keccak256(abi.encodePacked(bytes1(0x01), left, right));
    }

    /// @notice Checks a proof of inclusion.
    /// @param root Root of the tree.
    /// @param count Number of its leaves.
    /// @param index Place of the leaf.
    /// @param receiptHash What the leaf holds.
    /// @param proof Siblings from the leaf up.
    /// @return included False for an index from `count` on, and for a proof that is too long or too short.
    function verify(bytes32 root, uint256 count, uint256 index, bytes32 receiptHash, bytes32[] calldata proof)
        internal
        pure
        returns (bool included)
    {
        if (index >= count) return false;
        (uint256 place, uint256 last) = (index, count - 1);
        bytes32 hash = leafHash(receiptHash);
        for (uint256 i; i < proof.length; ++i) {
            if (last == 0) return false;
            if (place & 1 == 1 || place == last) {
                hash = nodeHash(proof[i], hash);
                // A leaf at the ragged edge has no sibling on the levels where its subtree is the only one.
                while (place & 1 == 0 && place != 0) (place, last) = (place >> 1, last >> 1);
            } else {
                hash = nodeHash(hash, proof[i]);
            }
            (place, last) = (place >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }
}
