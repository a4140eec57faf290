// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {Books} from "./Books.sol";

/// @notice What must hold of models after every call.
abstract contract ModelChecks is Books {
    function checkModels() external view {
        assertEq(breach, "", "29: a model was changed by another than its owner");
        for (uint256 i = 0; i < modelKeys.length; ++i) {
            bytes32 modelKey = modelKeys[i];
            IModelRegistry.Terms memory terms = models.termsOf(modelKey);
            assertEq(keccak256(abi.encode(terms)), keccak256(abi.encode(ghostTerms[modelKey])), "29: terms");
            assertLe(terms.royaltyBps, 3_000, "29: royalty above the cap");
            assertEq(models.accessRootOf(modelKey), ghostRoot[modelKey], "29: access root");
            assertEq(models.pendingOwnerOf(modelKey), offeredTo[modelKey], "29: pending owner");
            assertEq(models.familyOf(modelKey), familyOf[modelKey], "29: family");
            assertEq(models.latest(familyOf[modelKey]), latestOf[familyOf[modelKey]], "29: latest version");
        }
    }

    /// @dev The answer follows from status, policy and proof; who asks, and when, is of no matter.
    function checkAccess() external {
        vm.warp(clock + 400 days);
        vm.startPrank(attacker.addr);
        for (uint256 i = 0; i < modelKeys.length; ++i) {
            bytes32 modelKey = modelKeys[i];
            IModelRegistry.Terms storage terms = ghostTerms[modelKey];
            bool active = terms.status == IModelRegistry.ModelStatus.Active;
            bool open = terms.policy == IModelRegistry.AccessPolicy.Public;
            for (uint256 j = 0; j < PAYERS; ++j) {
                address user = payers[j].addr;
                bool allowed = models.canUse(modelKey, user, proofFor(user, modelKey));
                assertEq(allowed, active && (open || j < 2), "29: access is not what policy and proof say");
            }
            if (!open) {
                bytes memory borrowed = proofFor(payers[0].addr, modelKey);
                assertFalse(models.canUse(modelKey, attacker.addr, borrowed), "29: access by another's proof");
            }
        }
        vm.stopPrank();
    }
}
