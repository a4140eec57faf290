// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice The cheatcode with which a call in a test costs what it costs as a transaction of its own.
interface ColdStart {
    function cool(address target) external;
}
