// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {PolicyProtocol} from "./PolicyProtocol.sol";

// private
// ├── given a root → AccessRootMismatch
// ├── given anybody but the owner, or a proof → refused
// ├── given the owner → admitted; after a transfer the new one alone
// ├── given the model is deprecated → refused
// └── a job is made by the owner and refused to others
contract PrivateTest is PolicyProtocol {
    IModelRegistry.AccessPolicy private constant PRIVATE = IModelRegistry.AccessPolicy.Private;

    function setUp() public override {
        super.setUp();
        setPolicy(PRIVATE, 0);
    }

    function testFuzz_Private_GivenARoot(bytes32 root) external {
        vm.assume(root != 0);
        expectUnfit(PRIVATE, root);
    }

    function testFuzz_Private(address user, bytes memory proof) external view {
        vm.assume(user != modelOwner && proof.length != 0);
        assertTrue(allows(modelOwner, ""), "owner");
        assertFalse(allows(modelOwner, proof), "a proof of nothing");
        assertFalse(allows(user, ""), "another");
        assertFalse(allows(user, proof), "another with a proof");
    }

    function test_Private_OfAJobAndATransfer() external {
        assertRefusedByEscrow(client, "");
        vm.prank(modelOwner);
        models.transferOwner(MODEL, client.addr);
        assertRefusedByEscrow(client, "");
        vm.prank(client.addr);
        models.acceptOwner(MODEL);
        assertBuys(client, "");
        assertFalse(allows(modelOwner, ""), "no longer the owner");
        vm.prank(client.addr);
        models.deprecate(MODEL);
        assertFalse(allows(client.addr, ""), "deprecated");
    }
}
