// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable avoid-low-level-calls

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Account with code that one key owns
/// @notice Signs by EIP-1271 and calls what its owner says. It can be told to misbehave when it is asked.
contract TestWallet is IERC1271 {
    /// @notice What it does when asked for a signature.
    enum Mode {
        Honest,
        Refuse,
        Revert,
        BurnGas,
        ReturnBomb
    }

    /// @notice Key that signs for it.
    address public immutable OWNER;

    /// @notice What it does when asked for a signature.
    Mode public mode;

    /// @notice Only the owner may use the wallet.
    error NotOwner(address caller);
    /// @notice It was told to revert.
    error Refused();

    /// @notice Makes a wallet.
    /// @param owner Key that signs for it.
    constructor(address owner) {
        OWNER = owner;
    }

    modifier onlyOwner() {
        require(msg.sender == OWNER, NotOwner(msg.sender));
        _;
    }

    /// @notice Changes what it does.
    /// @param newMode From now on.
    function setMode(Mode newMode) external onlyOwner {
        mode = newMode;
    }

    /// @notice Calls a contract.
    /// @param target The contract.
    /// @param data The call.
    /// @return result What it answered.
    function execute(address target, bytes calldata data) external onlyOwner returns (bytes memory result) {
        bool success;
        (success, result) = target.call(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4 magicValue) {
        Mode current = mode;
        require(current != Mode.Revert, Refused());
        if (current == Mode.BurnGas) {
            while (gasleft() > 1_000) {
                digest = keccak256(abi.encode(digest));
            }
        }
        if (current == Mode.ReturnBomb) {
            assembly {
                mstore(0, shl(224, 0x1626ba7e))
                return(0, 60000)
            }
        }
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        bool valid = current == Mode.Honest && signer == OWNER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
