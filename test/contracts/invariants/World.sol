// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CoreDeployer} from "../../../contracts/CoreDeployer.sol";
import {JobEscrow} from "../../../contracts/JobEscrow.sol";
import {ModelRegistry} from "../../../contracts/ModelRegistry.sol";
import {ProviderRegistry} from "../../../contracts/ProviderRegistry.sol";
import {TestUSDC} from "../../../contracts/mocks/TestUSDC.sol";
import {TestUSDCLedger} from "../../../contracts/mocks/TestUSDCLedger.sol";
import {TestUSDCProxy} from "../../../contracts/mocks/TestUSDCProxy.sol";
import {Actors} from "./Actors.sol";

/// @notice The protocol with the parameters of the local chain, and accounts that hold test USDC.
abstract contract World is Actors {
    uint256 internal constant MIN_SUBMIT = 5;
    uint256 internal constant MAX_WINDOW = 30 minutes;
    uint256 internal constant RESOLVE_PERIOD = 10 minutes;
    uint256 internal constant THAW_PERIOD = 1 hours;
    uint256 internal constant RECEIPT_PERIOD = 1 hours;
    uint256 internal constant FEE_CHANGE_INTERVAL = 30 days;
    uint256 internal constant MAX_FEE_BPS = 500;
    uint256 internal constant WALLET = 1_000e6;

    TestUSDC internal usdc;
    ModelRegistry internal models;
    ProviderRegistry internal registry;
    JobEscrow internal escrow;

    address internal tokenRuler = makeAddr("token ruler");
    address internal slashModule = makeAddr("slash module");
    address internal game = makeAddr("game");

    mapping(address account => uint256) internal wallet;
    mapping(address account => Key) internal keyOf;

    constructor() {
        vm.warp(1_790_000_000);
        deployToken();
        models = ModelRegistry(deploy("ModelRegistry.sol:ModelRegistry", ""));
        (registry, escrow) = deployCore();
        for (uint256 i = 0; i < everybody.length; ++i) endow(everybody[i]);
        remember(payers);
        remember(providers);
        remember(serviceKeys);
        remember(modelOwners);
    }

    function tokenServes(address account) internal view returns (bool) {
        return !usdc.paused() && !usdc.isBlacklisted(account);
    }

    function deployToken() private {
        bytes memory initialize = abi.encodeCall(TestUSDCLedger.initialize, (tokenRuler));
        usdc = TestUSDC(address(new TestUSDCProxy(address(new TestUSDC()), makeAddr("proxy admin"), initialize)));
        vm.startPrank(tokenRuler);
        usdc.configureMinter(tokenRuler, type(uint256).max);
        vm.stopPrank();
    }

    function deployCore() private returns (ProviderRegistry, JobEscrow) {
        ProviderRegistry.Config memory stakes;
        stakes.token = address(usdc);
        stakes.owner = governor;
        stakes.treasury = treasury;
        stakes.minimumStake = 10e6;
        stakes.thawPeriod = uint40(THAW_PERIOD);
        stakes.moduleDelay = uint40(THAW_PERIOD);
        stakes.slashModules = new address[](1);
        stakes.slashModules[0] = slashModule;
        JobEscrow.Config memory jobs;
        jobs.models = address(models);
        jobs.owner = governor;
        jobs.guardian = guardian;
        jobs.feeBps = 100;
        jobs.minSubmitDelay = uint40(MIN_SUBMIT);
        jobs.maxWindow = uint32(MAX_WINDOW);
        jobs.resolvePeriod = uint40(RESOLVE_PERIOD);
        jobs.exposureBps = 10_000;
        jobs.releaseDelay = 1 minutes;
        CoreDeployer core = CoreDeployer(deploy("CoreDeployer.sol:CoreDeployer", abi.encode(stakes, jobs)));
        return (core.PROVIDER_REGISTRY(), core.JOB_ESCROW());
    }

    /// @dev The very code that goes to a chain, whatever the settings that tests are compiled with.
    function deploy(string memory artifact, bytes memory arguments) private returns (address deployed) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 0x20), mload(code))
        }
        assertNotEq(deployed, address(0));
    }

    function endow(address account) private {
        vm.prank(tokenRuler);
        usdc.mint(account, WALLET);
        wallet[account] = WALLET;
        vm.startPrank(account);
        usdc.approve(address(escrow), type(uint256).max);
        usdc.approve(address(registry), type(uint256).max);
        vm.stopPrank();
    }

    function remember(Key[] storage keys) private {
        for (uint256 i = 0; i < keys.length; ++i) keyOf[keys[i].addr] = keys[i];
    }
}
