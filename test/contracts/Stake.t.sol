// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../../contracts/interfaces/IProviderRegistry.sol";
import {TestSlashModule} from "../../contracts/mocks/TestSlashModule.sol";
import {Protocol} from "./support/Protocol.sol";

// stake
// ├── when provider or amount is zero → ZeroAddress, ZeroAmount
// └── else → anybody's tokens add to the provider's stake
// requestUnstake
// ├── when the amount is zero, or what remains would not cover the exposure → ZeroAmount, StakeTooSmall
// └── else → it moves to thawing at once; a new request adds to it and restarts the clock
// withdrawStakeTo
// ├── given nothing thaws, not yet, or nobody to pay → ZeroAmount, StakeNotThawed, InvalidRecipient
// ├── given the token refuses → its reason; the stake leaves later
// └── else → all that has thawed leaves
// exposure
// └── what submitted jobs of the escrow bind is told beside the stake, and freed when they end
// slash
// ├── given the caller is no active module → NotModule
// ├── when the finder's part is above a tenth, or the finder is nobody → BeneficiaryShareTooHigh, ZeroAddress
// ├── given the case was used → CaseAlreadyUsed
// └── else → at most stake and thawing are taken, credited to finder and treasury, and no token moves
// withdrawCredit · scheduleModule · cancelModule · setTreasury · ownership
contract StakeTest is Protocol {
    uint128 private constant STAKE = 1_000e6;

    function testFuzz_Stake(uint128 amount) external {
        amount = uint128(bound(amount, 1, WEALTH));
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Staked(provider.addr, stranger.addr, amount, STAKE + amount);
        vm.prank(stranger.addr);
        registry.stake(provider.addr, amount);
        assertAccount(STAKE + amount, 0, 0, 0);
        (uint128 staked, uint128 exposure) = registry.backingOf(provider.addr);
        assertEq(staked, STAKE + amount);
        assertEq(exposure, 0);
        assertEq(usdc.balanceOf(address(registry)), STAKE + amount, "tokens");
    }

    function test_Stake_WhenZero() external {
        vm.expectRevert(IProviderRegistry.ZeroAddress.selector);
        registry.stake(address(0), 1);
        vm.expectRevert(IProviderRegistry.ZeroAmount.selector);
        registry.stake(provider.addr, 0);
    }

    function testFuzz_RequestUnstake(uint128 first, uint128 second, uint40 pause) external {
        first = uint128(bound(first, 1, STAKE - 1));
        second = uint128(bound(second, 1, STAKE - first));
        unstake(first);
        skip(bound(pause, 0, 2 * THAW));
        uint40 thawEnd = uint40(vm.getBlockTimestamp()) + THAW;
        vm.expectEmit(address(registry));
        emit IProviderRegistry.UnstakeRequested(provider.addr, second, first + second, thawEnd);
        unstake(second);
        assertAccount(STAKE - first - second, 0, first + second, thawEnd);
    }

    function testFuzz_RequestUnstake_GivenExposure(uint64 charged, uint128 amount) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        submitJob(charged);
        amount = uint128(bound(amount, STAKE - charged + 1, type(uint128).max));
        vm.expectRevert(
            abi.encodeWithSelector(
                IProviderRegistry.StakeTooSmall.selector, provider.addr, STAKE, uint256(amount) + charged
            )
        );
        unstake(amount);
        unstake(STAKE - charged);
        assertEq(registry.accountOf(provider.addr).stake, charged, "the exposure stays covered");
    }

    function test_RequestUnstake_WhenZero() external {
        vm.expectRevert(IProviderRegistry.ZeroAmount.selector);
        unstake(0);
    }

    function testFuzz_WithdrawStake(uint128 amount) external {
        amount = uint128(bound(amount, 1, STAKE));
        unstake(amount);
        uint40 thawEnd = uint40(vm.getBlockTimestamp()) + THAW;
        skip(THAW - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.StakeNotThawed.selector, provider.addr, thawEnd)
        );
        withdrawStake(treasury);
        skip(1);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.StakeWithdrawn(provider.addr, treasury, amount);
        withdrawStake(treasury);
        assertEq(usdc.balanceOf(treasury), amount, "payee");
        assertAccount(STAKE - amount, 0, 0, 0);
        vm.expectRevert(IProviderRegistry.ZeroAmount.selector);
        withdrawStake(treasury);
    }

    function test_WithdrawStake_WhenThereIsNobodyToPay() external {
        unstake(1);
        skip(THAW);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidRecipient.selector, address(0)));
        withdrawStake(address(0));
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidRecipient.selector, address(registry)));
        withdrawStake(address(registry));
    }

    function test_WithdrawStake_GivenTheTokenIsPaused() external {
        unstake(1);
        skip(THAW);
        vm.prank(tokenAdmin);
        usdc.pause();
        vm.expectRevert(bytes("Pausable: paused"));
        withdrawStake(treasury);
        vm.prank(tokenAdmin);
        usdc.unpause();
        withdrawStake(treasury);
        assertEq(usdc.balanceOf(treasury), 1, "later it leaves");
    }

    function testFuzz_Exposure(uint64 charged) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params,) = submitJob(charged);
        assertAccount(STAKE, charged, 0, 0);
        (uint128 staked, uint128 exposure) = registry.backingOf(provider.addr);
        assertEq(staked, registry.stakeOf(provider.addr), "stake");
        assertEq(exposure, charged, "exposure");
        assertEq(escrow.exposureOf(provider.addr), charged, "exposure in the escrow");
        vm.prank(client.addr);
        escrow.accept(params);
        assertAccount(STAKE, 0, 0, 0);
    }

    function testFuzz_Slash(uint128 amount, uint128 thawing, uint16 finderBps, bytes32 caseId) external {
        thawing = uint128(bound(thawing, 1, STAKE));
        finderBps = uint16(bound(finderBps, 0, 1_000));
        unstake(thawing);
        uint128 slashed = amount < STAKE ? amount : STAKE;
        uint128 toFinder = uint128((uint256(slashed) * finderBps) / 10_000);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Slashed(provider.addr, caseId, stranger.addr, slashed, toFinder);
        assertEq(slash(amount, finderBps, caseId), slashed, "returned");
        assertEq(registry.creditOf(stranger.addr), toFinder, "finder");
        assertEq(registry.creditOf(treasury), slashed - toFinder, "treasury");
        IProviderRegistry.StakeAccount memory account = registry.accountOf(provider.addr);
        assertEq(uint256(account.stake) + account.thawing + slashed, STAKE, "what is left");
        assertEq(account.thawing, slashed > STAKE - thawing ? STAKE - slashed : thawing, "stake goes first");
        assertEq(usdc.balanceOf(address(registry)), STAKE, "no token moved");
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.CaseAlreadyUsed.selector, caseId));
        slash(amount, finderBps, caseId);
    }

    function testFuzz_Slash_GivenAnotherCaller(address caller) external {
        vm.assume(caller != address(slashModule) && caller != address(vm));
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotModule.selector, caller));
        vm.prank(caller);
        registry.slash(provider.addr, 1, caller, 0, "case");
    }

    function testFuzz_Slash_WhenTheFindersPartIsTooHigh(uint16 finderBps) external {
        finderBps = uint16(bound(finderBps, 1_001, type(uint16).max));
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.BeneficiaryShareTooHigh.selector, finderBps, 1_000)
        );
        slash(1, finderBps, "case");
        vm.expectRevert(IProviderRegistry.ZeroAddress.selector);
        slashModule.slash(registry, provider.addr, 1, address(0), 1, "case");
    }

    function test_Slash_GivenExposureAboveWhatIsLeft() external {
        (IJobEscrow.JobParams memory params,) = submitJob(PRICE);
        slash(STAKE, 0, "case");
        assertAccount(0, PRICE, 0, 0);
        skip(WINDOW + 1);
        assertEq(escrow.settle(rows(params)), 1, "settled all the same");
        assertAccount(0, 0, 0, 0);
    }

    function testFuzz_WithdrawCredit(uint128 amount) external {
        amount = uint128(bound(amount, 1, STAKE));
        slash(amount, 0, "case");
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.InvalidRecipient.selector, address(0)));
        withdrawCredit(treasury, address(0));
        vm.expectEmit(address(registry));
        emit IProviderRegistry.CreditWithdrawn(treasury, owner, amount);
        withdrawCredit(treasury, owner);
        assertEq(usdc.balanceOf(owner), amount, "payee");
        vm.expectRevert(IProviderRegistry.ZeroAmount.selector);
        withdrawCredit(treasury, owner);
    }

    function testFuzz_ScheduleModule(uint40 delay) external {
        TestSlashModule later = new TestSlashModule();
        uint40 activeAt = uint40(vm.getBlockTimestamp()) + THAW;
        vm.expectEmit(address(registry));
        emit IProviderRegistry.ModuleScheduled(address(later), activeAt);
        vm.prank(owner);
        registry.scheduleModule(address(later));
        skip(bound(delay, 0, THAW - 1));
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotModule.selector, address(later)));
        later.slash(registry, provider.addr, 1, address(0), 0, "case");
        vm.warp(activeAt);
        assertEq(later.slash(registry, provider.addr, 1, address(0), 0, "case"), 1, "active");
    }

    function test_ScheduleModule_WhenItIsOneAlready() external {
        uint40 activeAt = registry.moduleActiveAt(address(slashModule));
        bytes memory reason = abi.encodeWithSelector(IProviderRegistry.ModuleDelay.selector, activeAt);
        vm.startPrank(owner);
        vm.expectRevert(reason);
        registry.scheduleModule(address(slashModule));
        vm.expectRevert(reason);
        registry.cancelModule(address(slashModule));
        vm.expectRevert(IProviderRegistry.ZeroAddress.selector);
        registry.scheduleModule(address(0));
        vm.stopPrank();
    }

    function testFuzz_CancelModule(address module) external {
        vm.assume(module != address(0) && module != address(slashModule));
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.ModuleDelay.selector, 0));
        registry.cancelModule(module);
        registry.scheduleModule(module);
        vm.expectEmit(address(registry));
        emit IProviderRegistry.ModuleCancelled(module);
        registry.cancelModule(module);
        vm.stopPrank();
        assertEq(registry.moduleActiveAt(module), 0, "no module");
    }

    function testFuzz_SetTreasury(address newTreasury) external {
        vm.assume(newTreasury != address(0) && newTreasury != treasury);
        slash(1, 0, "first case");
        vm.startPrank(owner);
        vm.expectRevert(IProviderRegistry.ZeroAddress.selector);
        registry.setTreasury(address(0));
        registry.setTreasury(newTreasury);
        vm.stopPrank();
        slash(2, 0, "second case");
        assertEq(registry.creditOf(treasury), 1, "what it had");
        assertEq(registry.creditOf(newTreasury), 2, "what came after");
    }

    function testFuzz_OwnersFunctions_GivenAnotherCaller(address caller) external {
        vm.assume(caller != owner && caller != address(vm));
        bytes[] memory calls = new bytes[](4);
        calls[0] = abi.encodeCall(IProviderRegistry.scheduleModule, (caller));
        calls[1] = abi.encodeCall(IProviderRegistry.cancelModule, (caller));
        calls[2] = abi.encodeCall(IProviderRegistry.setTreasury, (caller));
        calls[3] = abi.encodeCall(Ownable.renounceOwnership, ());
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(caller);
            (bool success, bytes memory reason) = address(registry).call(calls[i]);
            assertFalse(success);
            assertEq(reason, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        }
        vm.expectRevert(IProviderRegistry.RenounceDisabled.selector);
        vm.prank(owner);
        registry.renounceOwnership();
    }

    function unstake(uint128 amount) private {
        vm.prank(provider.addr);
        registry.requestUnstake(amount);
    }

    function withdrawStake(address to) private {
        vm.prank(provider.addr);
        registry.withdrawStakeTo(to);
    }

    function withdrawCredit(address account, address to) private {
        vm.prank(account);
        registry.withdrawCredit(to);
    }

    function slash(uint128 amount, uint16 finderBps, bytes32 caseId) private returns (uint128) {
        return slashModule.slash(registry, provider.addr, amount, stranger.addr, finderBps, caseId);
    }

    function assertAccount(uint128 staked, uint128 exposure, uint128 thawing, uint40 thawEnd) private view {
        IProviderRegistry.StakeAccount memory account = registry.accountOf(provider.addr);
        assertEq(account.stake, staked, "stake");
        assertEq(account.exposure, exposure, "exposure");
        assertEq(account.thawing, thawing, "thawing");
        assertEq(account.thawEnd, thawEnd, "end of the thaw");
    }
}
