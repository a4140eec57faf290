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

    /// @dev The answer follows from status, policy, proof and, for gates, balances; who asks is of no matter.
    function checkAccess() external {
        vm.startPrank(attacker.addr);
        for (uint256 i = 0; i < modelKeys.length; ++i) {
            bytes32 modelKey = modelKeys[i];
            for (uint256 j = 0; j < PAYERS; ++j) checkUser(modelKey, payers[j].addr);
            checkUser(modelKey, ghostTerms[modelKey].owner);
            checkBorrowed(modelKey);
        }
        vm.stopPrank();
    }

    /// @dev Licences open their model until they expire or are revoked; of all else, time changes nothing.
    function checkGrants() external {
        assertEq(breach, "", "29: a grant opened what it must not");
        uint256 oldest = grants.length > 12 ? grants.length - 12 : 0;
        for (uint256 i = oldest; i < grants.length; ++i) {
            Grant storage grant = grants[i];
            assertEq(canUse(grant, grant.user), opens(grant, clock), "29: a licence and its answer");
            assertFalse(canUse(grant, attacker.addr), "29: a licence in another's hand");
        }
        vm.warp(clock + 400 days);
        for (uint256 i = oldest; i < grants.length; ++i) {
            assertFalse(canUse(grants[i], grants[i].user), "29: a licence after its time");
        }
        for (uint256 i = 0; i < modelKeys.length; ++i) checkUser(modelKeys[i], payers[i % PAYERS].addr);
    }

    function checkUser(bytes32 modelKey, address user) private view {
        bool allowed = models.canUse(modelKey, user, proofFor(user, modelKey));
        assertEq(allowed, admits(modelKey, user), "29: access is not what policy and proof say");
        assertFalse(models.canUse(modelKey, user, hex"00"), "29: access by what is no proof");
    }

    /// @dev The proof of somebody else, a licence of one's own making, and a gate that one passes.
    function checkBorrowed(bytes32 modelKey) private view {
        IModelRegistry.AccessPolicy policy = ghostTerms[modelKey].policy;
        if (policy == IModelRegistry.AccessPolicy.Public) return;
        address user = attacker.addr;
        bytes memory borrowed = policy == IModelRegistry.AccessPolicy.TokenGate ? bytes("") : proofFor(payers[0].addr, modelKey);
        assertFalse(models.canUse(modelKey, user, borrowed), "29: access by another's proof");
        bytes memory forged = grantProof(
            attacker.secret, modelKey, user, uint40(clock + 1 days), uint96(uint256(ghostRoot[modelKey]))
        );
        assertFalse(models.canUse(modelKey, user, forged), "29: access by a licence of one's own");
        bytes memory gate = gateProof(Gate(20, GATE_IDS, 1));
        assertFalse(models.canUse(modelKey, user, gate), "29: access by a gate of one's own");
    }

    function canUse(Grant storage grant, address user) private view returns (bool) {
        return models.canUse(grant.modelKey, user, grant.proof);
    }
}
