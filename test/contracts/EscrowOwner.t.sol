// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {IEscrowAccounts} from "../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {JobEscrow} from "../../contracts/JobEscrow.sol";
import {Protocol} from "./support/Protocol.sol";

// claimRoyalty
// ├── given the caller does not own the model → NotModelOwner, ModelUnknown
// ├── given nothing is owed or nobody to pay → ZeroAmount, InvalidRecipient
// ├── given the model has a new owner → the new owner pulls all of it
// └── else → all that is owed leaves
// collectFees
// ├── given the caller is not the owner → OwnableUnauthorizedAccount
// ├── given nothing is owed → ZeroAmount
// └── else → what the named models earned leaves, each once
// setFee · setGame · setGuardian · pauseCreation · unpauseCreation · ownership
contract EscrowOwnerTest is Protocol {
    function testFuzz_ClaimRoyalty(uint64 charged) external {
        charged = earn(charged);
        vm.expectEmit(address(escrow));
        emit IEscrowAccounts.RoyaltyClaimed(MODEL, treasury, charged / 20);
        claim(modelOwner, treasury);
        assertEq(usdc.balanceOf(treasury), charged / 20, "payee");
        assertEq(escrow.proceedsOf(MODEL).royalty, 0, "owed");
        assertEq(escrow.proceedsOf(MODEL).fee, charged / 100, "fees stay");
        vm.expectRevert(IEscrowAccounts.ZeroAmount.selector);
        claim(modelOwner, treasury);
    }

    function testFuzz_ClaimRoyalty_GivenAnotherCaller(address caller) external {
        vm.assume(caller != modelOwner && caller != address(vm) && caller != address(0) && caller != address(escrow));
        earn(PRICE);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.NotModelOwner.selector, MODEL, caller));
        claim(caller, caller);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, bytes32("none")));
        vm.prank(caller);
        escrow.claimRoyalty("none", caller);
    }

    function test_ClaimRoyalty_GivenANewOwner() external {
        earn(PRICE);
        vm.prank(modelOwner);
        models.transferOwner(MODEL, stranger.addr);
        vm.prank(stranger.addr);
        models.acceptOwner(MODEL);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.NotModelOwner.selector, MODEL, modelOwner));
        claim(modelOwner, modelOwner);
        claim(stranger.addr, treasury);
        assertEq(usdc.balanceOf(treasury), PRICE / 20, "payee");
    }

    function test_ClaimRoyalty_WhenThereIsNobodyToPay() external {
        earn(PRICE);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.InvalidRecipient.selector, address(0)));
        claim(modelOwner, address(0));
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.InvalidRecipient.selector, address(escrow)));
        claim(modelOwner, address(escrow));
    }

    function testFuzz_CollectFees(uint64 charged) external {
        charged = earn(charged);
        bytes32[] memory keys = new bytes32[](3);
        (keys[0], keys[1], keys[2]) = (MODEL, "no fees", MODEL);
        vm.expectEmit(address(escrow));
        emit IEscrowAccounts.FeesCollected(treasury, charged / 100);
        vm.prank(owner);
        escrow.collectFees(keys, treasury);
        assertEq(usdc.balanceOf(treasury), charged / 100, "payee");
        assertEq(escrow.proceedsOf(MODEL).royalty, charged / 20, "royalty stays");
        vm.expectRevert(IEscrowAccounts.ZeroAmount.selector);
        vm.prank(owner);
        escrow.collectFees(keys, treasury);
    }

    function testFuzz_OwnersFunctions_GivenAnotherCaller(address caller) external {
        vm.assume(caller != owner && caller != guardian && caller != address(vm));
        bytes[] memory calls = new bytes[](6);
        calls[0] = abi.encodeCall(IEscrowAccounts.collectFees, (new bytes32[](0), caller));
        calls[1] = abi.encodeCall(IEscrowAccounts.setFee, (1));
        calls[2] = abi.encodeCall(IEscrowAccounts.setGame, (caller));
        calls[3] = abi.encodeCall(IEscrowAccounts.setGuardian, (caller));
        calls[4] = abi.encodeCall(IEscrowAccounts.unpauseCreation, ());
        calls[5] = abi.encodeCall(Ownable.renounceOwnership, ());
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(caller);
            (bool success, bytes memory reason) = address(escrow).call(calls[i]);
            assertFalse(success);
            assertEq(reason, abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, caller));
        }
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.NotGuardian.selector, caller));
        vm.prank(caller);
        escrow.pauseCreation();
    }

    function testFuzz_SetFee(uint16 feeBps) external {
        feeBps = uint16(bound(feeBps, 0, 500));
        vm.expectEmit(address(escrow));
        emit IEscrowAccounts.FeeChanged(feeBps);
        setFee(feeBps);
        assertEq(escrow.feeBps(), feeBps);
    }

    function testFuzz_SetFee_WhenTooHigh(uint16 feeBps) external {
        feeBps = uint16(bound(feeBps, 501, type(uint16).max));
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.FeeTooHigh.selector, feeBps, 500));
        setFee(feeBps);
    }

    function test_SetFee_GivenItChangedRecently() external {
        setFee(1);
        uint40 nextChangeAt = uint40(vm.getBlockTimestamp()) + 30 days;
        skip(30 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.FeeChangedRecently.selector, nextChangeAt));
        setFee(2);
        skip(1);
        setFee(2);
        assertEq(escrow.feeBps(), 2);
    }

    function testFuzz_SetGame(address first, address second) external {
        vm.assume(first != address(0) && second != address(0));
        vm.startPrank(owner);
        vm.expectRevert(IEscrowAccounts.ZeroAddress.selector);
        escrow.setGame(address(0));
        escrow.setGame(first);
        assertEq(escrow.game(), first);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.GameAlreadySet.selector, first));
        escrow.setGame(second);
        vm.stopPrank();
    }

    function testFuzz_SetGuardian(address newGuardian) external {
        vm.assume(newGuardian != address(0) && newGuardian != guardian);
        vm.startPrank(owner);
        vm.expectRevert(IEscrowAccounts.ZeroAddress.selector);
        escrow.setGuardian(address(0));
        escrow.setGuardian(newGuardian);
        vm.stopPrank();
        assertEq(escrow.guardian(), newGuardian);
        vm.prank(newGuardian);
        escrow.pauseCreation();
        assertTrue(escrow.creationPaused());
    }

    function testFuzz_Pause(bool byOwner) external {
        vm.prank(byOwner ? owner : guardian);
        escrow.pauseCreation();
        assertTrue(escrow.creationPaused());
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, guardian));
        vm.prank(guardian);
        escrow.unpauseCreation();
        vm.prank(owner);
        escrow.unpauseCreation();
        assertFalse(escrow.creationPaused());
    }

    function test_Pause_GivenRunningJobs() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        vm.prank(guardian);
        escrow.pauseCreation();
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        skip(WINDOW + 1);
        escrow.settle(rows(params));
        assertStatus(jobId, IJobEscrow.Status.Paid);
        uint64 earned = uint64(availableOf(provider.addr));
        vm.prank(provider.addr);
        escrow.withdraw(provider.addr, earned);
    }

    function test_Ownership() external {
        vm.prank(owner);
        escrow.transferOwnership(stranger.addr);
        assertEq(escrow.owner(), owner, "not before it is accepted");
        vm.prank(stranger.addr);
        escrow.acceptOwnership();
        assertEq(escrow.owner(), stranger.addr);
        vm.expectRevert(IEscrowAccounts.RenounceDisabled.selector);
        vm.prank(stranger.addr);
        escrow.renounceOwnership();
    }

    function claim(address caller, address to) private {
        vm.prank(caller);
        escrow.claimRoyalty(MODEL, to);
    }

    function setFee(uint16 feeBps) private {
        vm.prank(owner);
        escrow.setFee(feeBps);
    }

    function earn(uint64 charged) private returns (uint64) {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (IJobEscrow.JobParams memory params,) = submitJob(charged);
        vm.prank(client.addr);
        escrow.accept(params);
        return charged;
    }
}
