// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "../support/Protocol.sol";

// property 32: whatever lies open, the 10,000th call costs what the 10th costs
contract GrowingCostTest is Protocol {
    uint96 private constant HISTORY = 10_000;
    uint96 private constant EARLY = 10;

    function test_property_32_theTenThousandthOpenJobCostsWhatTheTenthCosts() external {
        depositFor(client, uint64(HISTORY) * FLOOR);
        (uint256 create, uint256 submit, uint256 settle) = (0, 0, 0);
        for (uint96 i = 1; i <= HISTORY; ++i) {
            IJobEscrow.JobParams memory params = cheapJob(i);
            uint256 createNow = this.gasOfCreate(params);
            uint256 submitNow = this.gasOfSubmit(params);
            if (i == 1) this.gasOfSettle(params);
            if (i == EARLY) (create, submit, settle) = (createNow, submitNow, this.gasOfSettle(params));
            if (i != HISTORY) continue;
            assertEq(createNow, create, "create");
            assertEq(submitNow, submit, "submit");
            assertEq(this.gasOfSettle(params), settle, "settle");
        }
    }

    function test_property_32_theTenThousandthStakeLockCostsWhatTheTenthCosts() external {
        (uint256 early, uint256 earlyUnlock) = (0, 0);
        for (uint96 i = 1; i <= HISTORY; ++i) {
            uint256 lockNow = this.gasOfStake();
            uint256 unlockNow = this.gasOfUnstake();
            if (i == EARLY) (early, earlyUnlock) = (lockNow, unlockNow);
            if (i != HISTORY) continue;
            assertEq(lockNow, early, "stake");
            assertEq(unlockNow, earlyUnlock, "unstake");
        }
    }

    function test_property_32_aWithdrawalAfterTenThousandLocksCostsWhatItCostsAfterTen() external {
        lock(client.addr);
        lock(stranger.addr);
        unstake(client.addr);
        for (uint256 i = 0; i < EARLY; ++i) this.gasOfUnstake();
        for (uint256 i = 0; i < HISTORY; ++i) unstake(stranger.addr);
        skip(THAW);
        this.gasOfLeaving(client.addr);
        assertEq(this.gasOfLeaving(stranger.addr), this.gasOfLeaving(provider.addr), "withdrawal");
    }

    function gasOfCreate(IJobEscrow.JobParams calldata params) external returns (uint256 gas_) {
        vm.prank(client.addr);
        gas_ = gasleft();
        escrow.createJob(params, "");
        gas_ -= gasleft();
    }

    function gasOfSubmit(IJobEscrow.JobParams calldata params) external returns (uint256 gas_) {
        vm.prank(provider.addr);
        gas_ = gasleft();
        escrow.submit(params, COMMIT, REF, FLOOR);
        gas_ -= gasleft();
    }

    function gasOfSettle(IJobEscrow.JobParams calldata params) external returns (uint256 gas_) {
        skip(WINDOW + 1);
        IJobEscrow.JobParams[] memory due = rows(params);
        gas_ = gasleft();
        escrow.settle(due);
        gas_ -= gasleft();
        assertStatus(documentedJobId(params), IJobEscrow.Status.Paid);
    }

    function gasOfStake() external returns (uint256 gas_) {
        vm.prank(provider.addr);
        gas_ = gasleft();
        registry.stake(provider.addr, 2);
        gas_ -= gasleft();
    }

    function gasOfUnstake() external returns (uint256 gas_) {
        gas_ = unstake(provider.addr);
    }

    function gasOfLeaving(address account) external returns (uint256 gas_) {
        vm.prank(account);
        gas_ = gasleft();
        registry.withdrawStakeTo(owner);
        gas_ -= gasleft();
    }

    function lock(address account) private {
        vm.prank(account);
        registry.stake(account, 2 * HISTORY);
    }

    function unstake(address account) private returns (uint256 gas_) {
        vm.prank(account);
        gas_ = gasleft();
        registry.requestUnstake(1);
        gas_ -= gasleft();
    }

    function cheapJob(uint96 nonce) private view returns (IJobEscrow.JobParams memory params) {
        params = jobParams();
        params.price = FLOOR;
        params.nonce = nonce;
    }
}
