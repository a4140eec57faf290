// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {MerkleTree} from "./support/MerkleTree.sol";
import {Protocol} from "./support/Protocol.sol";

// register
// ├── when the key is zero or taken → ZeroModelKey, ModelExists
// ├── when the royalty is above the cap, or root and policy do not fit → RoyaltyTooHigh, AccessRootMismatch
// ├── given the family is unknown, not a first version or another's → FamilyUnknown, NotModelOwner
// └── else → active, with these terms; the latest of its family
// update
// ├── given the caller is not the owner, no such model, or a deprecated one → NotModelOwner, ModelUnknown, ModelNotActive
// ├── when the royalty changed within 30 days → RoyaltyChangedRecently; other terms change at any time
// └── else → new terms, for jobs to come
// deprecate · transferOwner · acceptOwner
// canUse · cidOf · termsOf
contract ModelRegistryTest is Protocol {
    IModelRegistry.AccessPolicy private constant PUBLIC = IModelRegistry.AccessPolicy.Public;
    IModelRegistry.AccessPolicy private constant ALLOWLIST = IModelRegistry.AccessPolicy.Allowlist;

    function testFuzz_Register(bytes32 key, uint64 floor, uint16 royaltyBps, bytes32 root) external {
        vm.assume(key != 0 && key != MODEL);
        royaltyBps = uint16(bound(royaltyBps, 0, 3_000));
        IModelRegistry.AccessPolicy policy = root == 0 ? PUBLIC : ALLOWLIST;
        IModelRegistry.Terms memory terms = IModelRegistry.Terms(
            stranger.addr, floor, royaltyBps, policy, IModelRegistry.ModelStatus.Active
        );
        vm.expectEmit(address(models));
        emit IModelRegistry.ModelRegistered(key, key, stranger.addr, terms, root);
        vm.prank(stranger.addr);
        models.register(key, 0, floor, royaltyBps, policy, root);
        assertTerms(key, terms);
        assertEq(models.accessRootOf(key), root, "root");
        assertEq(models.familyOf(key), key, "family");
        assertEq(models.latest(key), key, "latest");
    }

    function test_Register_WhenTheKeyIsZeroOrTaken() external {
        vm.expectRevert(IModelRegistry.ZeroModelKey.selector);
        models.register(0, 0, 0, 0, PUBLIC, 0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.ModelExists.selector, MODEL));
        models.register(MODEL, 0, 0, 0, PUBLIC, 0);
    }

    function testFuzz_Register_WhenTheRoyaltyIsTooHigh(uint16 royaltyBps) external {
        royaltyBps = uint16(bound(royaltyBps, 3_001, type(uint16).max));
        bytes memory reason = abi.encodeWithSelector(IModelRegistry.RoyaltyTooHigh.selector, royaltyBps, 3_000);
        vm.expectRevert(reason);
        models.register("key", 0, 0, royaltyBps, PUBLIC, 0);
        vm.expectRevert(reason);
        vm.prank(modelOwner);
        models.update(MODEL, 0, royaltyBps, PUBLIC, 0);
    }

    function test_Register_WhenRootAndPolicyDoNotFit() external {
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AccessRootMismatch.selector, PUBLIC, bytes32("x")));
        models.register("key", 0, 0, 0, PUBLIC, "x");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.AccessRootMismatch.selector, ALLOWLIST, bytes32(0)));
        models.register("key", 0, 0, 0, ALLOWLIST, 0);
    }

    function test_Register_GivenAFamily() external {
        vm.startPrank(modelOwner);
        models.register("second", MODEL, 1, 2, PUBLIC, 0);
        assertEq(models.latest(MODEL), "second", "latest");
        assertEq(models.familyOf("second"), MODEL, "family");
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.FamilyUnknown.selector, bytes32("second")));
        models.register("third", "second", 1, 2, PUBLIC, 0);
        vm.expectRevert(abi.encodeWithSelector(IModelRegistry.FamilyUnknown.selector, bytes32("unknown")));
        models.register("third", "unknown", 1, 2, PUBLIC, 0);
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, MODEL, stranger.addr, modelOwner)
        );
        vm.prank(stranger.addr);
        models.register("third", MODEL, 1, 2, PUBLIC, 0);
        assertEq(models.latest(MODEL), "second", "latest stays");
    }

    function testFuzz_Update(uint64 floor, uint16 royaltyBps, bytes32 root) external {
        royaltyBps = uint16(bound(royaltyBps, 0, 3_000));
        IModelRegistry.AccessPolicy policy = root == 0 ? PUBLIC : ALLOWLIST;
        IModelRegistry.Terms memory terms =
            IModelRegistry.Terms(modelOwner, floor, royaltyBps, policy, IModelRegistry.ModelStatus.Active);
        vm.expectEmit(address(models));
        emit IModelRegistry.ModelUpdated(MODEL, terms, root);
        vm.prank(modelOwner);
        models.update(MODEL, floor, royaltyBps, policy, root);
        assertTerms(MODEL, terms);
        assertEq(models.accessRootOf(MODEL), root, "root");
        (uint16 previousBps, uint40 changedAt, uint40 closedAt) = models.historyOf(MODEL);
        assertEq(previousBps, royaltyBps == ROYALTY_BPS ? 0 : ROYALTY_BPS, "previous royalty");
        assertEq(changedAt, royaltyBps == ROYALTY_BPS ? 0 : vm.getBlockTimestamp(), "time of change");
        assertEq(closedAt, policy == PUBLIC ? 0 : vm.getBlockTimestamp(), "time of closing");
    }

    function test_Update_GivenTheRoyaltyChangedRecently() external {
        vm.startPrank(modelOwner);
        models.update(MODEL, FLOOR, 600, PUBLIC, 0);
        uint40 nextChangeAt = uint40(vm.getBlockTimestamp()) + 30 days;
        skip(30 days - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.RoyaltyChangedRecently.selector, MODEL, nextChangeAt)
        );
        models.update(MODEL, FLOOR, 700, PUBLIC, 0);
        models.update(MODEL, FLOOR + 1, 600, ALLOWLIST, "root");
        skip(1);
        models.update(MODEL, FLOOR, 700, PUBLIC, 0);
        vm.stopPrank();
        (uint16 previousBps,, uint40 closedAt) = models.historyOf(MODEL);
        assertEq(previousBps, 600, "previous royalty");
        assertEq(closedAt, nextChangeAt - 1, "closed before it was opened again");
        assertEq(models.accessRootOf(MODEL), 0, "the root is gone with the policy");
    }

    function testFuzz_OwnersFunctions_GivenAnotherCaller(address caller) external {
        vm.assume(caller != modelOwner && caller != address(vm));
        bytes[] memory calls = ownersCalls(MODEL);
        bytes memory reason =
            abi.encodeWithSelector(IModelRegistry.NotModelOwner.selector, MODEL, caller, modelOwner);
        for (uint256 i = 0; i < calls.length; ++i) assertRefused(caller, calls[i], reason);
    }

    function testFuzz_OwnersFunctions_GivenNoSuchModel(bytes32 key) external {
        vm.assume(key != MODEL);
        bytes[] memory calls = ownersCalls(key);
        bytes memory reason = abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, key);
        for (uint256 i = 0; i < calls.length; ++i) assertRefused(modelOwner, calls[i], reason);
        vm.expectRevert(reason);
        models.termsOf(key);
        vm.expectRevert(reason);
        models.cidOf(key);
        assertFalse(models.canUse(key, client.addr, ""));
    }

    function test_Deprecate() external {
        vm.expectEmit(address(models));
        emit IModelRegistry.ModelDeprecated(MODEL);
        vm.startPrank(modelOwner);
        models.deprecate(MODEL);
        assertEq(uint256(models.termsOf(MODEL).status), uint256(IModelRegistry.ModelStatus.Deprecated), "status");
        assertFalse(models.canUse(MODEL, client.addr, ""), "nobody may buy");
        bytes memory reason = abi.encodeWithSelector(
            IModelRegistry.ModelNotActive.selector, MODEL, IModelRegistry.ModelStatus.Deprecated
        );
        vm.expectRevert(reason);
        models.deprecate(MODEL);
        vm.expectRevert(reason);
        models.update(MODEL, 0, 0, PUBLIC, 0);
        vm.stopPrank();
    }

    function testFuzz_TransferOwner(address newOwner) external {
        vm.assume(newOwner != address(0) && newOwner != modelOwner && newOwner != address(vm));
        vm.expectEmit(address(models));
        emit IModelRegistry.ModelOwnerTransferStarted(MODEL, modelOwner, newOwner);
        transferOwner(newOwner);
        assertEq(models.pendingOwnerOf(MODEL), newOwner, "pending");
        assertEq(models.termsOf(MODEL).owner, modelOwner, "not before it is accepted");

        vm.expectEmit(address(models));
        emit IModelRegistry.ModelOwnerTransferred(MODEL, modelOwner, newOwner);
        vm.prank(newOwner);
        models.acceptOwner(MODEL);
        assertEq(models.termsOf(MODEL).owner, newOwner, "owner");
        assertEq(models.pendingOwnerOf(MODEL), address(0), "no offer any more");
        assertEq(models.termsOf(MODEL).floor, FLOOR, "terms stay");
    }

    function testFuzz_AcceptOwner_GivenAnotherCaller(address caller) external {
        vm.assume(caller != stranger.addr && caller != address(vm));
        transferOwner(stranger.addr);
        expectNotPending(caller, stranger.addr);
        transferOwner(address(0));
        expectNotPending(stranger.addr, address(0));
    }

    /// @dev Nobody was offered a model that does not exist, not even the zero address.
    function test_AcceptOwner_GivenNoSuchModel() external {
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.NotPendingModelOwner.selector, bytes32("none"), address(0), address(0))
        );
        vm.prank(address(0));
        models.acceptOwner("none");
    }

    function testFuzz_CanUse_GivenAnAllowlist(uint256 index, address other) external {
        address[] memory users = new address[](8);
        for (uint256 i = 0; i < 8; ++i) users[i] = address(uint160(i + 1));
        index = bound(index, 0, 7);
        vm.assume(other != users[index]);
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR, ROYALTY_BPS, ALLOWLIST, MerkleTree.rootOf(users));
        bytes memory proof = MerkleTree.proofOf(users, index);
        assertTrue(models.canUse(MODEL, users[index], proof), "listed");
        assertFalse(models.canUse(MODEL, other, proof), "the proof is another's");
    }

    function testFuzz_CanUse_WhenTheProofIsMalformed(bytes memory proof) external {
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR, ROYALTY_BPS, ALLOWLIST, "root");
        assertFalse(models.canUse(MODEL, client.addr, proof), "any bytes");
        assertFalse(models.canUse(MODEL, client.addr, abi.encode(32, type(uint256).max)), "a length that overflows");
        assertFalse(models.canUse(MODEL, client.addr, abi.encode(64, 0)), "another offset");
    }

    function test_CidOf() external {
        bytes32 empty = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;
        models.register(empty, 0, 0, 0, PUBLIC, 0);
        assertEq(models.cidOf(empty), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
    }

    function transferOwner(address newOwner) private {
        vm.prank(modelOwner);
        models.transferOwner(MODEL, newOwner);
    }

    function expectNotPending(address caller, address pendingOwner) private {
        vm.expectRevert(
            abi.encodeWithSelector(IModelRegistry.NotPendingModelOwner.selector, MODEL, caller, pendingOwner)
        );
        vm.prank(caller);
        models.acceptOwner(MODEL);
    }

    function ownersCalls(bytes32 key) private view returns (bytes[] memory calls) {
        calls = new bytes[](3);
        calls[0] = abi.encodeCall(IModelRegistry.update, (key, FLOOR, ROYALTY_BPS, PUBLIC, 0));
        calls[1] = abi.encodeCall(IModelRegistry.deprecate, (key));
        calls[2] = abi.encodeCall(IModelRegistry.transferOwner, (key, stranger.addr));
    }

    function assertRefused(address caller, bytes memory call, bytes memory expected) private {
        vm.prank(caller);
        (bool success, bytes memory reason) = address(models).call(call);
        assertFalse(success);
        assertEq(reason, expected);
    }

    function assertTerms(bytes32 key, IModelRegistry.Terms memory expected) private view {
        assertEq(abi.encode(models.termsOf(key)), abi.encode(expected), "terms");
    }
}
