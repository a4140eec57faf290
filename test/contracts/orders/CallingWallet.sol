// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable avoid-low-level-calls

/// @notice An account with code that calls a contract when it is asked for a signature, and agrees if that call fails.
contract CallingWallet {
    address private immutable TARGET;
    bytes private _data;

    constructor(address target, bytes memory data) {
        TARGET = target;
        _data = data;
    }

    /// @dev Not a view: what it tries must be refused by the one who asks.
    function isValidSignature(bytes32, bytes calldata) external returns (bytes4 magicValue) {
        (bool success,) = TARGET.call{gas: 50_000}(_data);
        return success ? bytes4(0xffffffff) : this.isValidSignature.selector;
    }
}
