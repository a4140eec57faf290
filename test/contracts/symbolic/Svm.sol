// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Cheatcodes of halmos, as far as these proofs use them.
interface Svm {
    function enableSymbolicStorage(address account) external;
    function createUint(uint256 bits, string calldata name) external view returns (uint256 value);
}
