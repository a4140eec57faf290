// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable avoid-low-level-calls, no-complex-fallback

/// @title Proxy of the test token
/// @notice As Circle's: each call reads admin and implementation from storage, then delegates; the admin only administers.
contract TestUSDCProxy {
    bytes32 private constant IMPLEMENTATION_SLOT = keccak256("org.zeppelinos.proxy.implementation");
    bytes32 private constant ADMIN_SLOT = keccak256("org.zeppelinos.proxy.admin");

    /// @notice The admin cannot use the token.
    error AdminCannotFallBack();
    /// @notice Only the admin may upgrade.
    error NotAdmin(address caller);
    /// @notice An implementation has code.
    error NoCode(address implementation);

    /// @notice Calls run this code from now on.
    /// @param implementation The code.
    event Upgraded(address implementation);

    /// @notice Sets up the proxy.
    /// @param implementation First implementation.
    /// @param admin May upgrade.
    /// @param data Called on the implementation in the proxy's storage.
    constructor(address implementation, address admin, bytes memory data) {
        _setSlot(ADMIN_SLOT, admin);
        _upgrade(implementation);
        (bool success, bytes memory reason) = implementation.delegatecall(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    /// @notice Everything else is the implementation's.
    fallback() external {
        require(msg.sender != _slot(ADMIN_SLOT), AdminCannotFallBack());
        address implementation = _slot(IMPLEMENTATION_SLOT);
        assembly {
            calldatacopy(0, 0, calldatasize())
            let success := delegatecall(gas(), implementation, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            if iszero(success) { revert(0, returndatasize()) }
            return(0, returndatasize())
        }
    }

    /// @notice The admin changes the code.
    /// @param newImplementation Runs from now on.
    function upgradeTo(address newImplementation) external {
        require(msg.sender == _slot(ADMIN_SLOT), NotAdmin(msg.sender));
        _upgrade(newImplementation);
    }

    function _upgrade(address implementation) private {
        require(implementation.code.length != 0, NoCode(implementation));
        _setSlot(IMPLEMENTATION_SLOT, implementation);
        emit Upgraded(implementation);
    }

    function _setSlot(bytes32 slot, address value) private {
        assembly ("memory-safe") {
            sstore(slot, value)
        }
    }

    function _slot(bytes32 slot) private view returns (address value) {
        assembly ("memory-safe") {
            value := sload(slot)
        }
    }
}
