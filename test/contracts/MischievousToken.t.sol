// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CoreDeployer} from "../../contracts/CoreDeployer.sol";
import {IEscrowAccounts} from "../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../../contracts/interfaces/IProviderRegistry.sol";
import {JobEscrow} from "../../contracts/JobEscrow.sol";
import {ProviderRegistry} from "../../contracts/ProviderRegistry.sol";
import {MischievousToken} from "../../contracts/mocks/MischievousToken.sol";
import {Protocol} from "./support/Protocol.sol";

// given a token that calls back → whatever moves tokens refuses to be entered again
// given a token that keeps a part of what is moved → nothing is credited, the call reverts
contract MischievousTokenTest is Protocol {
    MischievousToken private token;

    function setUp() public override {
        super.setUp();
        token = new MischievousToken();
        ProviderRegistry.Config memory config = registryConfig();
        config.token = address(token);
        CoreDeployer core =
            CoreDeployer(deploy("CoreDeployer.sol:CoreDeployer", abi.encode(config, escrowConfig())));
        (registry, escrow) = (core.PROVIDER_REGISTRY(), core.JOB_ESCROW());
        token.mint(client.addr, WEALTH);
        vm.startPrank(client.addr);
        token.approve(address(escrow), WEALTH);
        token.approve(address(registry), WEALTH);
        registry.stake(provider.addr, 100e6);
        escrow.deposit(PRICE);
        vm.stopPrank();
    }

    function test_Withdraw_GivenTheTokenCallsBack() external {
        refuseEntry(address(escrow), abi.encodeCall(IEscrowAccounts.withdraw, (client.addr, 1)));
        vm.prank(client.addr);
        escrow.withdraw(client.addr, 1);
    }

    function test_Deposit_GivenTheTokenCallsBack() external {
        refuseEntry(address(escrow), abi.encodeCall(IEscrowAccounts.deposit, (1)));
        depositFor(client, 1);
    }

    function test_CreateJob_GivenTheTokenCallsBack() external {
        IJobEscrow.JobParams memory params = jobParams();
        bytes memory call = abi.encodeCall(IJobEscrow.createJob, (params, ""));
        refuseEntry(address(escrow), call);
        escrow.createJobWithAuthorization(params, "", 0, 1, "");
    }

    function test_DepositWithAuthorization_GivenTheTokenCallsBack() external {
        bytes memory call = abi.encodeCall(IEscrowAccounts.depositWithAuthorization, (client.addr, 1, "", 0, 1, ""));
        refuseEntry(address(escrow), call);
        escrow.depositWithAuthorization(client.addr, 1, "", 0, 1, "");
    }

    function test_Royalty_GivenTheTokenCallsBack() external {
        earn();
        refuseEntry(address(escrow), abi.encodeCall(IEscrowAccounts.claimRoyalty, (MODEL, modelOwner)));
        vm.prank(modelOwner);
        escrow.claimRoyalty(MODEL, modelOwner);
    }

    function test_Fees_GivenTheTokenCallsBack() external {
        earn();
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = MODEL;
        refuseEntry(address(escrow), abi.encodeCall(IEscrowAccounts.withdraw, (treasury, 1)));
        vm.prank(owner);
        escrow.collectFees(keys, treasury);
    }

    function test_Stake_GivenTheTokenCallsBack() external {
        refuseEntry(address(registry), abi.encodeCall(IProviderRegistry.stake, (provider.addr, 1)));
        vm.prank(client.addr);
        registry.stake(provider.addr, 1);
    }

    function test_WithdrawStake_GivenTheTokenCallsBack() external {
        vm.prank(provider.addr);
        registry.requestUnstake(5);
        skip(THAW);
        refuseEntry(address(registry), abi.encodeCall(IProviderRegistry.withdrawStakeTo, (treasury)));
        vm.prank(provider.addr);
        registry.withdrawStakeTo(treasury);
    }

    function test_WithdrawCredit_GivenTheTokenCallsBack() external {
        slashModule.slash(registry, provider.addr, 5, address(0), 0, "case");
        refuseEntry(address(registry), abi.encodeCall(IProviderRegistry.withdrawCredit, (treasury)));
        vm.prank(treasury);
        registry.withdrawCredit(treasury);
    }

    function testFuzz_Deposit_GivenTheTokenKeepsAPart(uint64 amount, uint64 kept) external {
        amount = uint64(bound(amount, 1, WEALTH / 2));
        kept = uint64(bound(kept, 1, amount));
        token.setKept(kept);
        bytes memory reason =
            abi.encodeWithSelector(IEscrowAccounts.UnexpectedTokenDelta.selector, amount, amount - kept);
        vm.expectRevert(reason);
        depositFor(client, amount);
        vm.expectRevert(reason);
        escrow.depositWithAuthorization(client.addr, amount, "", 0, 1, "");
        vm.expectRevert(reason);
        vm.prank(client.addr);
        registry.stake(client.addr, amount);
        assertEq(availableOf(client.addr), PRICE, "nothing credited");
    }

    function test_CreateJobWithAuthorization_GivenTheTokenKeepsAPart() external {
        token.setKept(1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.UnexpectedTokenDelta.selector, PRICE, PRICE - 1));
        escrow.createJobWithAuthorization(jobParams(), "", 0, 1, "");
    }

    function earn() private {
        IJobEscrow.JobParams memory params = jobParams();
        vm.prank(client.addr);
        escrow.createJob(params, "");
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        vm.prank(client.addr);
        escrow.accept(params);
    }

    function refuseEntry(address target, bytes memory data) private {
        token.setHook(target, data);
        vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    }
}
