// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {Protocol} from "../support/Protocol.sol";

// money between two parties
// ├── a refund → is consumed once, whatever is called again
// ├── a change of the fee → strands nothing of jobs that are open
// ├── a prepaid balance → leaves at once, also while creation is paused
// └── the stake behind a submitted job → is there until its window and a dispute are over
contract MoneyInFlightTest is Protocol {
    function test_Refund_IsNotConsumedTwice() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        vm.prank(provider.addr);
        escrow.decline(params);
        expectWrongStatus(jobId, IJobEscrow.Status.Refunded);
        vm.prank(provider.addr);
        escrow.decline(params);
        expectWrongStatus(jobId, IJobEscrow.Status.Refunded);
        vm.prank(client.addr);
        escrow.revoke(params);
        skip(SUBMIT_DELAY + 1);
        assertEq(escrow.expire(rows(params)), 0, "nothing expires");
        assertEq(escrow.settle(rows(params)), 0, "nothing is due");
        vm.startPrank(client.addr);
        escrow.withdraw(client.addr, PRICE);
        escrow.createJob(params, "");
        vm.expectRevert(abi.encodeWithSignature("InsufficientBalance(address,uint256,uint256)", client.addr, 0, 1));
        escrow.withdraw(client.addr, 1);
        vm.stopPrank();
        assertStatus(jobId, IJobEscrow.Status.Refunded);
        assertEq(usdc.balanceOf(address(escrow)), 0, "nothing is left, nothing is owed");
    }

    function testFuzz_FeeChange_StrandsNoMoney(uint16 feeBps, uint64 charged) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params,) = openJob();
        vm.prank(owner);
        escrow.setFee(uint16(bound(feeBps, 0, 500)));
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, charged);
        skip(WINDOW + 1);
        assertEq(escrow.settle(rows(params)), 1, "settled at the rate of its terms");
        bytes32[] memory keys = new bytes32[](1);
        keys[0] = MODEL;
        vm.prank(owner);
        if (charged >= 100) escrow.collectFees(keys, treasury);
        vm.prank(modelOwner);
        escrow.claimRoyalty(MODEL, modelOwner);
        takeOut(client.addr);
        takeOut(provider.addr);
        assertEq(usdc.balanceOf(treasury), charged / 100, "the fee of the opening");
        assertEq(usdc.balanceOf(address(escrow)), 0, "not a unit is stranded");
    }

    function testFuzz_PrepaidBalance_CanLeave(uint64 amount) external {
        amount = uint64(bound(amount, 1, WEALTH));
        depositFor(client, amount);
        vm.prank(guardian);
        escrow.pauseCreation();
        takeOut(client.addr);
        assertEq(usdc.balanceOf(client.addr), WEALTH, "all of it");
    }

    /// @dev The provider asks for its stake back in the moment of the submission.
    function testFuzz_Stake_IsNotGoneBeforeTheWindow(uint64 charged) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params,) = submitJob(charged);
        uint128 staked = registry.accountOf(provider.addr).stake;
        vm.startPrank(provider.addr);
        vm.expectRevert(
            abi.encodeWithSelector(
                IProviderRegistry.StakeTooSmall.selector, provider.addr, staked, uint256(staked) + charged
            )
        );
        registry.requestUnstake(staked);
        registry.requestUnstake(staked - charged);
        uint256 thawEnd = vm.getBlockTimestamp() + THAW;
        skip(WINDOW + RESOLVE_PERIOD);
        assertLe(vm.getBlockTimestamp(), thawEnd, "a thaw outlasts window and dispute");
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.StakeNotThawed.selector, provider.addr, thawEnd));
        registry.withdrawStakeTo(provider.addr);
        vm.warp(thawEnd);
        registry.withdrawStakeTo(provider.addr);
        vm.expectPartialRevert(IProviderRegistry.StakeTooSmall.selector);
        registry.requestUnstake(1);
        vm.stopPrank();
        assertEq(registry.accountOf(provider.addr).stake, charged, "what backs the job stays as long as it is open");
        escrow.settle(rows(params));
        vm.prank(provider.addr);
        registry.requestUnstake(charged);
    }

    function takeOut(address account) private {
        uint64 amount = uint64(availableOf(account));
        if (amount == 0) return;
        vm.prank(account);
        escrow.withdraw(account, amount);
    }
}
