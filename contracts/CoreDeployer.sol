// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {JobEscrow} from "./JobEscrow.sol";
import {ProviderRegistry} from "./ProviderRegistry.sol";

/// @title Deploys provider registry and escrow, which know each other as immutables
/// @notice All of it is code of a constructor; what stays on chain are the two addresses.
/// @dev The address of the second contract that a new contract creates follows from its own address, so the registry can
/// be told its escrow before the escrow exists, without a setter and whatever the nonce of the deploying account.
contract CoreDeployer {
    /// @notice The provider registry.
    ProviderRegistry public immutable PROVIDER_REGISTRY;

    /// @notice The escrow.
    JobEscrow public immutable JOB_ESCROW;

    /// @notice Deploys both.
    /// @param registry Parameters of the registry; its `escrow` is filled in here.
    /// @param escrow Parameters of the escrow; its `providers` and `token` are filled in here.
    constructor(ProviderRegistry.Config memory registry, JobEscrow.Config memory escrow) {
        registry.escrow = _secondCreation();
        PROVIDER_REGISTRY = new ProviderRegistry(registry);
        escrow.token = registry.token;
        escrow.providers = address(PROVIDER_REGISTRY);
        JOB_ESCROW = new JobEscrow(escrow);
    }

    /// @dev keccak256(rlp([address(this), 2])), the creation rule of the EVM; a contract's nonce starts at 1.
    function _secondCreation() private view returns (address predicted) {
        return address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(this), hex"02")))));
    }
}
