// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EquivocationModule} from "./EquivocationModule.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";

/// @title Deploys the module of contradictory receipts
/// @notice Knows the module's address before it makes it.
/// @dev The registry is told its modules when it is made, and the module its registry when it is made. So the module's
/// address is known before: it is the first thing that this contract creates.
contract EquivocationDeployer {
    /// @notice Address of the module, before and after it is there.
    address public immutable MODULE;

    /// @notice May make it.
    address public immutable MAKER;

    /// @notice Only the account that made this contract makes the module.
    /// @param caller Who called.
    error NotMaker(address caller);
    /// @notice The module is there already.
    /// @param module The module.
    error AlreadyDeployed(address module);

    /// @notice The caller makes the module later.
    constructor() {
        MAKER = msg.sender;
        // keccak256(rlp([address(this), 1])), the creation rule of the EVM; a contract's nonce starts at 1.
        MODULE = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(this), hex"01")))));
    }

    /// @notice Makes the module, once.
    /// @param providers The registry that was told `MODULE`.
    /// @param receiptPeriod Seconds in which a receipt can slash.
    function deploy(IProviderRegistry providers, uint40 receiptPeriod) external {
        require(msg.sender == MAKER, NotMaker(msg.sender));
        require(MODULE.code.length == 0, AlreadyDeployed(MODULE));
        new EquivocationModule(providers, receiptPeriod);
    }
}
