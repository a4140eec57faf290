// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice The tree as RFC 9162 defines it, by recursion: not the way in which the contract verifies.
library Tree {
    function rootOf(bytes32[] memory receipts) internal pure returns (bytes32) {
        return rootOf(receipts, 0, receipts.length);
    }

    function proofOf(bytes32[] memory receipts, uint256 index) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](depthOf(receipts.length, index));
        (uint256 from, uint256 to) = (0, receipts.length);
        for (uint256 i = proof.length; i > 0; --i) {
            uint256 middle = from + splitOf(to - from);
            if (index < middle) (proof[i - 1], to) = (rootOf(receipts, middle, to), middle);
            else (proof[i - 1], from) = (rootOf(receipts, from, middle), middle);
        }
    }

    function leafOf(bytes32 receipt) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(uint8(0), receipt));
    }

    function parentOf(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(uint8(1), left, right));
    }

    function rootOf(bytes32[] memory receipts, uint256 from, uint256 to) private pure returns (bytes32) {
        if (to - from == 1) return leafOf(receipts[from]);
        uint256 middle = from + splitOf(to - from);
        return parentOf(rootOf(receipts, from, middle), rootOf(receipts, middle, to));
    }

    function depthOf(uint256 count, uint256 index) private pure returns (uint256 depth) {
        while (count > 1) {
            uint256 split = splitOf(count);
            (count, index) = index < split ? (split, index) : (count - split, index - split);
            ++depth;
        }
    }

    /// @dev Largest power of two below `count`.
    function splitOf(uint256 count) private pure returns (uint256 split) {
        split = 1;
        while (split * 2 < count) split *= 2;
    }
}
