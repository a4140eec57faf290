// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../../contracts/interfaces/IProviderRegistry.sol";
import {JobEscrow} from "../../contracts/JobEscrow.sol";
import {ProviderRegistry} from "../../contracts/ProviderRegistry.sol";
import {Protocol} from "./support/Protocol.sol";

// constructors
// ├── when an account is zero → ZeroAddress
// ├── when a parameter is out of its bounds → FeeTooHigh, ParameterOutOfRange
// ├── when the thaw is shorter than the longest dispute → ParameterOutOfRange
// ├── when the registry works for another escrow or token → WrongEscrow, WrongToken
// └── else → what was set can be read
contract DeploymentTest is Protocol {
    function test_Deployment_CanBeRead() external view {
        (address token, address models_, address providers) = escrow.contracts();
        assertEq(token, address(usdc));
        assertEq(models_, address(models));
        assertEq(providers, address(registry));
        assertEq(registry.escrow(), address(escrow));
        assertEq(registry.token(), address(usdc));
        assertEq(registry.minimumStake(), MINIMUM_STAKE);
        assertEq(registry.thawPeriod(), THAW);
        assertEq(registry.treasury(), treasury);
        assertEq(registry.moduleActiveAt(address(slashModule)), vm.getBlockTimestamp());
        IJobEscrow.Limits memory limits = escrow.limits();
        assertEq(limits.minSubmitDelay, 5);
        assertEq(limits.maxSubmitDelay, 30 days);
        assertEq(limits.minWindow, 0);
        assertEq(limits.maxWindow, 30 minutes);
        assertEq(limits.resolvePeriod, RESOLVE_PERIOD);
        assertEq(limits.exposureBps, 10_000);
        assertEq(limits.releaseDelay, RELEASE_DELAY);
        assertEq(escrow.guardian(), guardian);
        assertEq(escrow.owner(), owner);
    }

    function test_Escrow_WhenAnAccountIsZero() external {
        bytes memory zero = abi.encodeWithSelector(IEscrowAccounts.ZeroAddress.selector);
        JobEscrow.Config memory config = valid();
        config.models = address(0);
        expectRefusal(config, zero);
        config = valid();
        config.guardian = address(0);
        expectRefusal(config, zero);
        config = valid();
        config.token = address(0);
        expectRefusal(config, zero);
        config = valid();
        config.providers = address(0);
        expectRefusal(config, zero);
    }

    function test_Escrow_WhenAParameterIsOutOfRange() external {
        JobEscrow.Config memory config = valid();
        config.feeBps = 501;
        expectRefusal(config, abi.encodeWithSelector(IEscrowAccounts.FeeTooHigh.selector, 501, 500));
        config = valid();
        config.maxWindow = 7 days + 1;
        expectRefusal(config, outOfRange("maxWindow", config.maxWindow, 1, 7 days));
        config = valid();
        config.minWindow = config.maxWindow + 1;
        expectRefusal(config, outOfRange("minWindow", config.minWindow, 0, config.maxWindow));
        config = valid();
        config.minSubmitDelay = 0;
        expectRefusal(config, outOfRange("minSubmitDelay", 0, 1, 1 hours));
        config = valid();
        config.resolvePeriod = 59;
        expectRefusal(config, outOfRange("resolvePeriod", 59, 1 minutes, 30 days));
        config = valid();
        config.exposureBps = 0;
        expectRefusal(config, outOfRange("exposureBps", 0, 1, 100_000));
        config = valid();
        config.releaseDelay = 59;
        expectRefusal(config, outOfRange("releaseDelay", 59, 1 minutes, 30 days));
        config.releaseDelay = 30 days + 1;
        expectRefusal(config, outOfRange("releaseDelay", config.releaseDelay, 1 minutes, 30 days));
    }

    function testFuzz_Escrow_WhenTheThawIsShorterThanADispute(uint32 maxWindow, uint40 resolvePeriod) external {
        JobEscrow.Config memory config = valid();
        config.maxWindow = uint32(bound(maxWindow, 1, 7 days));
        config.resolvePeriod = uint40(bound(resolvePeriod, 1 minutes, 30 days));
        uint256 longest = uint256(config.maxWindow) + config.resolvePeriod;
        vm.assume(longest > THAW);
        expectRefusal(config, outOfRange("thawPeriod", THAW, longest, type(uint40).max));
    }

    function test_Escrow_WhenTheRegistryIsAnothers() external {
        JobEscrow.Config memory config = valid();
        expectRefusal(config, abi.encodeWithSelector(IJobEscrow.WrongEscrow.selector, address(escrow)));
    }

    function test_Registry_WhenAnAccountIsZero() external {
        bytes memory zero = abi.encodeWithSelector(IProviderRegistry.ZeroAddress.selector);
        ProviderRegistry.Config memory config = validRegistry();
        config.token = address(0);
        expectRefusal(config, zero);
        config = validRegistry();
        config.escrow = address(0);
        expectRefusal(config, zero);
        config = validRegistry();
        config.treasury = address(0);
        expectRefusal(config, zero);
        config = validRegistry();
        config.slashModules[0] = address(0);
        expectRefusal(config, zero);
    }

    function test_Registry_WhenAParameterIsOutOfRange() external {
        ProviderRegistry.Config memory config = validRegistry();
        config.minimumStake = 0;
        expectRefusal(config, outOfRange("minimumStake", 0, 1, type(uint64).max));
        config = validRegistry();
        config.thawPeriod = 59;
        expectRefusal(config, outOfRange("thawPeriod", 59, 1 minutes, 365 days));
        config = validRegistry();
        config.moduleDelay = THAW - 1;
        expectRefusal(config, outOfRange("moduleDelay", THAW - 1, THAW, 365 days));
    }

    function valid() private view returns (JobEscrow.Config memory config) {
        config = escrowConfig();
        config.token = address(usdc);
        config.providers = address(registry);
    }

    function validRegistry() private view returns (ProviderRegistry.Config memory config) {
        config = registryConfig();
        config.escrow = address(escrow);
    }

    function outOfRange(string memory name, uint256 value, uint256 min, uint256 max)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IJobEscrow.ParameterOutOfRange.selector, name, value, min, max);
    }

    function expectRefusal(JobEscrow.Config memory config, bytes memory reason) private {
        vm.expectRevert(reason);
        this.deployNow("JobEscrow.sol:JobEscrow", abi.encode(config));
    }

    function expectRefusal(ProviderRegistry.Config memory config, bytes memory reason) private {
        vm.expectRevert(reason);
        this.deployNow("ProviderRegistry.sol:ProviderRegistry", abi.encode(config));
    }

    /// @dev A call of its own, because a creation's failure is what is expected.
    function deployNow(string memory artifact, bytes memory arguments) external returns (address) {
        return deploy(artifact, arguments);
    }
}
