// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable avoid-low-level-calls

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Token that does what USDC never does
/// @notice It keeps a part of what is moved, and calls a contract whenever tokens move. For tests of what the protocol
/// does even then.
contract MischievousToken is ERC20 {
    /// @notice What is kept of every movement.
    uint256 public kept;

    /// @notice Called whenever tokens move.
    address public hook;

    /// @notice The call.
    bytes public hookData;

    constructor() ERC20("Mischief", "MIS") {}

    /// @notice Makes tokens.
    /// @param to Receives them.
    /// @param amount How much.
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Keeps a part of what is moved.
    /// @param newKept How much.
    function setKept(uint256 newKept) external {
        kept = newKept;
    }

    /// @notice Calls a contract whenever tokens move.
    /// @param newHook The contract.
    /// @param data The call.
    function setHook(address newHook, bytes calldata data) external {
        (hook, hookData) = (newHook, data);
    }

    /// @notice As EIP-3009, with a signature that nobody reads.
    /// @param from Payer.
    /// @param to Payee.
    /// @param value Amount.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256,
        uint256,
        bytes32,
        bytes calldata
    ) external {
        _transfer(from, to, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from == address(0) || to == address(0)) return;
        if (kept != 0) _burn(to, kept);
        if (hook == address(0)) return;
        (bool success, bytes memory reason) = hook.call(hookData);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }
}
