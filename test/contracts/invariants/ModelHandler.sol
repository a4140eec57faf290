// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {Books} from "./Books.sol";

/// @notice Models that are registered, changed, given away and left, by their owners and by nobody else.
abstract contract ModelHandler is Books {
    uint256 private constant MOST_MODELS = 16;

    uint256 private registered;

    function registerModel(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(modelKeys.length < MOST_MODELS);
        address owner = modelOwner(seed).addr;
        bytes32 family = modelKeys[(seed >> 8) % modelKeys.length];
        bool version = familyOf[family] == family && ghostTerms[family].owner == owner;
        register(owner, version ? family : bytes32(0), seed >> 16);
    }

    function updateModel(uint256 seed) external {
        seed = mixed(seed);
        bytes32 modelKey = modelKeys[seed % modelKeys.length];
        IModelRegistry.Terms storage terms = ghostTerms[modelKey];
        vm.assume(terms.status == IModelRegistry.ModelStatus.Active);
        uint256 changedAt = royaltyChangedAt[modelKey];
        bool frozen = changedAt != 0 && vm.getBlockTimestamp() < changedAt + 30 days;
        uint16 royaltyBps = frozen ? terms.royaltyBps : uint16((seed >> 16) % 3_001);
        uint64 floor = uint64((seed >> 64) % 3e6);
        (IModelRegistry.AccessPolicy policy, bytes32 root) = policyFrom(seed >> 128);
        vm.prank(terms.owner);
        models.update(modelKey, floor, royaltyBps, policy, root);
        if (royaltyBps != terms.royaltyBps) {
            (royaltyBefore[modelKey], royaltyChangedAt[modelKey]) = (terms.royaltyBps, vm.getBlockTimestamp());
        }
        bool wasOpen = terms.policy == IModelRegistry.AccessPolicy.Public;
        if (wasOpen && policy != IModelRegistry.AccessPolicy.Public) closedAt[modelKey] = vm.getBlockTimestamp();
        (terms.floor, terms.royaltyBps, terms.policy) = (floor, royaltyBps, policy);
        ghostRoot[modelKey] = root;
    }

    function deprecateModel(uint256 seed) external {
        seed = mixed(seed);
        bytes32 modelKey = modelKeys[seed % modelKeys.length];
        IModelRegistry.Terms storage terms = ghostTerms[modelKey];
        vm.assume(terms.status == IModelRegistry.ModelStatus.Active && (seed >> 16) % 8 == 0);
        vm.prank(terms.owner);
        models.deprecate(modelKey);
        if (terms.policy == IModelRegistry.AccessPolicy.Public) closedAt[modelKey] = vm.getBlockTimestamp();
        terms.status = IModelRegistry.ModelStatus.Deprecated;
    }

    function offerModel(uint256 seed) external {
        seed = mixed(seed);
        bytes32 modelKey = modelKeys[seed % modelKeys.length];
        address to = (seed >> 8) % 4 == 0 ? address(0) : modelOwner(seed >> 16).addr;
        vm.prank(ghostTerms[modelKey].owner);
        models.transferOwner(modelKey, to);
        offeredTo[modelKey] = to;
    }

    function takeModel(uint256 seed) external {
        seed = mixed(seed);
        uint256 count = modelKeys.length;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 modelKey = modelKeys[(seed % count + i) % count];
            if (offeredTo[modelKey] == address(0)) continue;
            vm.prank(offeredTo[modelKey]);
            models.acceptOwner(modelKey);
            (ghostTerms[modelKey].owner, offeredTo[modelKey]) = (offeredTo[modelKey], address(0));
            return;
        }
        vm.assume(false);
    }

    /// @dev What gates ask for comes and goes.
    function moveGateTokens(uint256 seed) external {
        seed = mixed(seed);
        giveTokens(payer(seed >> 8).addr, seed >> 16);
    }

    /// @dev A licence for the terms of this moment, of a minute to forty days.
    function grantLicence(uint256 seed) external {
        seed = mixed(seed);
        bytes32 modelKey = licensedModel(seed);
        bytes32 root = ghostRoot[modelKey];
        uint40 expiresAt = uint40(vm.getBlockTimestamp() + 1 minutes + (seed >> 32) % 40 days);
        address user = payer(seed >> 16).addr;
        uint256 secret = keyOf[address(bytes20(root))].secret;
        bytes memory proof = grantProof(secret, modelKey, user, expiresAt, uint96(uint256(root)));
        grants.push(Grant(modelKey, user, expiresAt, root, proof));
    }

    function strangerTouchesModel(uint256 seed) external {
        seed = mixed(seed);
        bytes32 modelKey = modelKeys[(seed >> 8) % modelKeys.length];
        address stranger = (seed >> 16) & 1 == 0 ? attacker.addr : payer(seed >> 17).addr;
        IModelRegistry.AccessPolicy open = IModelRegistry.AccessPolicy.Public;
        uint256 kind = seed % 6;
        if (kind == 0) refuse(address(models), stranger, "update", abi.encodeCall(models.update, (modelKey, 0, 0, open, 0)));
        if (kind == 1) refuse(address(models), stranger, "deprecate", abi.encodeCall(models.deprecate, (modelKey)));
        if (kind == 2) refuse(address(models), stranger, "transferOwner", abi.encodeCall(models.transferOwner, (modelKey, stranger)));
        if (kind == 3) refuse(address(models), stranger, "acceptOwner", abi.encodeCall(models.acceptOwner, (modelKey)));
        if (kind == 4) {
            refuse(address(models), stranger, "register again", abi.encodeCall(models.register, (modelKey, 0, 0, 0, open, 0)));
        }
        if (kind == 5) {
            bytes32 fresh = keccak256(abi.encode("stranger", seed));
            refuse(address(models), stranger, "join a family", abi.encodeCall(models.register, (fresh, modelKey, 0, 0, open, 0)));
        }
    }

    /// @dev The owner, who asks for what nobody may have.
    function overreachesModel(uint256 seed) external {
        seed = mixed(seed);
        bytes32 modelKey = modelKeys[(seed >> 8) % modelKeys.length];
        IModelRegistry.Terms memory terms = ghostTerms[modelKey];
        bytes32 root = ghostRoot[modelKey];
        uint256 kind = seed % 3;
        if (kind == 0) {
            bytes memory data = abi.encodeCall(models.update, (modelKey, 0, 3_001, terms.policy, root));
            refuse(address(models), terms.owner, "royalty above the cap", data);
        }
        if (kind == 1) {
            uint256 changedAt = royaltyChangedAt[modelKey];
            vm.assume(changedAt != 0 && vm.getBlockTimestamp() < changedAt + 30 days);
            uint16 other = terms.royaltyBps == 0 ? 1 : terms.royaltyBps - 1;
            bytes memory data = abi.encodeCall(models.update, (modelKey, 0, other, terms.policy, root));
            refuse(address(models), terms.owner, "royalty changed again", data);
        }
        if (kind == 2) {
            vm.assume(terms.status == IModelRegistry.ModelStatus.Deprecated);
            refuse(address(models), terms.owner, "update of a deprecated model", abi.encodeCall(models.deprecate, (modelKey)));
        }
    }

    function register(address owner, bytes32 family, uint256 seed) internal {
        bytes32 modelKey = keccak256(abi.encode("model", ++registered));
        (IModelRegistry.AccessPolicy policy, bytes32 root) = policyFrom(seed);
        IModelRegistry.Terms memory terms = IModelRegistry.Terms({
            owner: owner,
            floor: uint64((seed >> 32) % 3e6),
            royaltyBps: uint16((seed >> 96) % 3_001),
            policy: policy,
            status: IModelRegistry.ModelStatus.Active
        });
        vm.prank(owner);
        models.register(modelKey, family, terms.floor, terms.royaltyBps, terms.policy, root);
        modelKeys.push(modelKey);
        ghostTerms[modelKey] = terms;
        ghostRoot[modelKey] = root;
        familyOf[modelKey] = family == 0 ? modelKey : family;
        latestOf[familyOf[modelKey]] = modelKey;
    }

    function licensedModel(uint256 seed) private view returns (bytes32) {
        uint256 count = modelKeys.length;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 modelKey = modelKeys[(seed % count + i) % count];
            if (ghostTerms[modelKey].policy == IModelRegistry.AccessPolicy.License) return modelKey;
        }
        vm.assume(false);
        return 0;
    }
}
