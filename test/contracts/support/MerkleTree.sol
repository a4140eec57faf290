// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A Merkle tree as OpenZeppelin's standard tree hashes it, for a number of users that is a power of two.
library MerkleTree {
    function rootOf(address[] memory users) internal pure returns (bytes32) {
        bytes32[] memory level = leavesOf(users);
        while (level.length > 1) level = parentsOf(level);
        return level[0];
    }

    function proofOf(address[] memory users, uint256 index) internal pure returns (bytes memory) {
        bytes32[] memory level = leavesOf(users);
        bytes32[] memory path = new bytes32[](depthOf(users.length));
        for (uint256 i = 0; i < path.length; ++i) {
            path[i] = level[index ^ 1];
            level = parentsOf(level);
            index /= 2;
        }
        return abi.encode(path);
    }

    function leavesOf(address[] memory users) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](users.length);
        for (uint256 i = 0; i < users.length; ++i) {
            leaves[i] = keccak256(bytes.concat(keccak256(abi.encode(users[i]))));
        }
    }

    function parentsOf(bytes32[] memory level) private pure returns (bytes32[] memory parents) {
        parents = new bytes32[](level.length / 2);
        for (uint256 i = 0; i < parents.length; ++i) {
            (bytes32 a, bytes32 b) = (level[2 * i], level[2 * i + 1]);
            parents[i] = a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
        }
    }

    function depthOf(uint256 count) private pure returns (uint256 depth) {
        while (1 << depth < count) ++depth;
    }
}
