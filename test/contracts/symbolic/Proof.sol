// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {JobEscrow} from "../../../contracts/JobEscrow.sol";
import {ProviderRegistry} from "../../../contracts/ProviderRegistry.sol";
import {Vm} from "../support/Vm.sol";
import {Svm} from "./Svm.sol";

/// @notice Base of the proofs: they run the code that is deployed, on whatever its storage holds.
/// @dev A function `check_…` is proven for all arguments; one `refute_…` is wrong, and its counterexample must be found.
abstract contract Proof {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    Svm internal constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));

    uint256 internal constant BPS = 10_000;
    address internal constant TOKEN = address(0xdd);

    ProviderRegistry internal registry;
    JobEscrow internal escrow;

    /// @notice Any stake bound by a job, since the constructor is given any share.
    function deployCore() internal {
        // New addresses are consecutive here; the throwaway tells the first of them.
        ProviderRegistry first = deployRegistry(address(1));
        address next = address(uint160(address(first)) + 2);
        registry = deployRegistry(next);
        escrow = JobEscrow(deploy("JobEscrow.sol:JobEscrow", abi.encode(escrowConfig())));
        assert(address(escrow) == next);
    }

    function deploy(string memory artifact, bytes memory arguments) internal returns (address deployed) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        assert(deployed != address(0));
    }

    function deployRegistry(address escrowOf) private returns (ProviderRegistry) {
        ProviderRegistry.Config memory config;
        config.token = TOKEN;
        config.escrow = escrowOf;
        config.owner = address(0x0e);
        config.treasury = address(0x7e);
        config.minimumStake = 1;
        config.thawPeriod = 30 days;
        config.moduleDelay = 30 days;
        return ProviderRegistry(deploy("ProviderRegistry.sol:ProviderRegistry", abi.encode(config)));
    }

    function escrowConfig() private view returns (JobEscrow.Config memory config) {
        config.token = TOKEN;
        config.models = address(0xdb);
        config.providers = address(registry);
        config.owner = address(0x0e);
        config.guardian = address(0x60);
        config.minSubmitDelay = 5;
        config.maxWindow = 30 minutes;
        config.resolvePeriod = 10 minutes;
        config.exposureBps = 10_000;
        config.releaseDelay = 1 hours;
    }
}
