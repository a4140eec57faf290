// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {AccessPolicies} from "./libraries/AccessPolicies.sol";
import {RawCid} from "./libraries/RawCid.sol";

/// @title Register of models
/// @notice A model is its manifest; the register keeps its terms and who may buy it.
/// @dev Trust assumptions:
/// - Nobody administers this contract: it has no owner, no pause and no upgrade, and it holds no money.
/// - A key says nothing about who made the model. Readers compare the first registrant with the manifest's `publisher`
///   and refuse a key that somebody else registered first.
/// - The owner of a model sets its terms for jobs to come; the escrow freezes the terms of jobs that are open.
/// - The owner of a family's first version decides what its latest version is.
/// - Who passes a token gate or holds a licence is for the token and the signer that the owner named to say. They are
///   asked in static calls of bounded gas and can refuse, or admit whom they like, to their own model only.
contract ModelRegistry is IModelRegistry {
    /// @notice Most of what is charged that may go to a model's owner.
    uint16 public constant MAX_ROYALTY_BPS = 3_000;

    /// @notice Least time between two changes of a model's royalty.
    uint40 public constant ROYALTY_CHANGE_INTERVAL = 30 days;

    /// @dev Read only when terms change or an order was signed before they did.
    struct History {
        uint16 previousRoyaltyBps;
        uint40 royaltyChangedAt;
        uint40 closedAt;
    }

    mapping(bytes32 modelKey => Terms) private _terms;
    mapping(bytes32 modelKey => History) private _history;

    /// @inheritdoc IModelRegistry
    mapping(bytes32 modelKey => bytes32) public accessRootOf;

    /// @inheritdoc IModelRegistry
    mapping(bytes32 modelKey => bytes32) public familyOf;

    /// @inheritdoc IModelRegistry
    mapping(bytes32 family => bytes32) public latest;

    /// @inheritdoc IModelRegistry
    mapping(bytes32 modelKey => address) public pendingOwnerOf;

    /// @inheritdoc IModelRegistry
    function register(
        bytes32 modelKey,
        bytes32 family,
        uint64 floor,
        uint16 royaltyBps,
        AccessPolicy policy,
        bytes32 accessRoot
    ) external {
        require(modelKey != 0, ZeroModelKey());
        require(_terms[modelKey].status == ModelStatus.None, ModelExists(modelKey));
        _checkTerms(royaltyBps, policy, accessRoot);
        bytes32 root = family == 0 ? modelKey : family;
        if (family != 0) _checkFamily(family);

        Terms memory terms = Terms(msg.sender, floor, royaltyBps, policy, ModelStatus.Active);
        _terms[modelKey] = terms;
        familyOf[modelKey] = root;
        latest[root] = modelKey;
        if (accessRoot != 0) accessRootOf[modelKey] = accessRoot;

        emit ModelRegistered(modelKey, root, msg.sender, terms, accessRoot);
    }

    /// @inheritdoc IModelRegistry
    function update(bytes32 modelKey, uint64 floor, uint16 royaltyBps, AccessPolicy policy, bytes32 accessRoot)
        external
    {
        Terms memory terms = _ownedTerms(modelKey);
        require(terms.status == ModelStatus.Active, ModelNotActive(modelKey, terms.status));
        _checkTerms(royaltyBps, policy, accessRoot);
        if (royaltyBps != terms.royaltyBps) _recordRoyaltyChange(modelKey, terms.royaltyBps);
        if (policy != AccessPolicy.Public) _recordClosing(modelKey, terms.policy);

        terms.floor = floor;
        terms.royaltyBps = royaltyBps;
        terms.policy = policy;
        _terms[modelKey] = terms;
        if (accessRootOf[modelKey] != accessRoot) accessRootOf[modelKey] = accessRoot;

        emit ModelUpdated(modelKey, terms, accessRoot);
    }

    /// @inheritdoc IModelRegistry
    function deprecate(bytes32 modelKey) external {
        Terms memory terms = _ownedTerms(modelKey);
        require(terms.status == ModelStatus.Active, ModelNotActive(modelKey, terms.status));
        _recordClosing(modelKey, terms.policy);
        _terms[modelKey].status = ModelStatus.Deprecated;
        emit ModelDeprecated(modelKey);
    }

    /// @inheritdoc IModelRegistry
    function transferOwner(bytes32 modelKey, address newOwner) external {
        _ownedTerms(modelKey);
        pendingOwnerOf[modelKey] = newOwner;
        emit ModelOwnerTransferStarted(modelKey, msg.sender, newOwner);
    }

    /// @inheritdoc IModelRegistry
    function acceptOwner(bytes32 modelKey) external {
        address pendingOwner = pendingOwnerOf[modelKey];
        require(
            pendingOwner != address(0) && msg.sender == pendingOwner,
            NotPendingModelOwner(modelKey, msg.sender, pendingOwner)
        );
        address previousOwner = _terms[modelKey].owner;
        delete pendingOwnerOf[modelKey];
        _terms[modelKey].owner = msg.sender;
        emit ModelOwnerTransferred(modelKey, previousOwner, msg.sender);
    }

    /// @inheritdoc IModelRegistry
    function termsOf(bytes32 modelKey) external view returns (Terms memory terms) {
        terms = _terms[modelKey];
        require(terms.status != ModelStatus.None, ModelUnknown(modelKey));
    }

    /// @inheritdoc IModelRegistry
    function canUse(bytes32 modelKey, address user, bytes calldata proof) external view returns (bool allowed) {
        Terms memory terms = _terms[modelKey];
        if (terms.status != ModelStatus.Active) return false;
        AccessPolicy policy = terms.policy;
        if (policy == AccessPolicy.Public) return proof.length == 0;
        if (policy == AccessPolicy.Private) return proof.length == 0 && user == terms.owner;
        bytes32 accessRoot = accessRootOf[modelKey];
        if (policy == AccessPolicy.Allowlist) return AccessPolicies.isListed(accessRoot, user, proof);
        if (policy == AccessPolicy.TokenGate) return AccessPolicies.holdsToken(accessRoot, user, proof);
        return AccessPolicies.isGranted(accessRoot, modelKey, user, proof);
    }

    /// @inheritdoc IModelRegistry
    function cidOf(bytes32 modelKey) external view returns (string memory cid) {
        require(_terms[modelKey].status != ModelStatus.None, ModelUnknown(modelKey));
        return RawCid.encode(modelKey);
    }

    /// @inheritdoc IModelRegistry
    function historyOf(bytes32 modelKey)
        external
        view
        returns (uint16 previousRoyaltyBps, uint40 royaltyChangedAt, uint40 closedAt)
    {
        History memory history = _history[modelKey];
        return (history.previousRoyaltyBps, history.royaltyChangedAt, history.closedAt);
    }

    function _recordRoyaltyChange(bytes32 modelKey, uint16 previousBps) private {
        History storage history = _history[modelKey];
        uint40 changedAt = history.royaltyChangedAt;
        uint40 nextChangeAt = changedAt == 0 ? 0 : changedAt + ROYALTY_CHANGE_INTERVAL;
        require(block.timestamp >= nextChangeAt, RoyaltyChangedRecently(modelKey, nextChangeAt));
        history.previousRoyaltyBps = previousBps;
        history.royaltyChangedAt = uint40(block.timestamp);
    }

    /// @dev Only what was open to everybody can be closed.
    function _recordClosing(bytes32 modelKey, AccessPolicy previous) private {
        if (previous == AccessPolicy.Public) _history[modelKey].closedAt = uint40(block.timestamp);
    }

    function _ownedTerms(bytes32 modelKey) private view returns (Terms memory terms) {
        terms = _terms[modelKey];
        require(terms.status != ModelStatus.None, ModelUnknown(modelKey));
        require(msg.sender == terms.owner, NotModelOwner(modelKey, msg.sender, terms.owner));
    }

    /// @dev A family is named by its first version, whose owner alone adds to it.
    function _checkFamily(bytes32 family) private view {
        require(familyOf[family] == family, FamilyUnknown(family));
        address owner = _terms[family].owner;
        require(msg.sender == owner, NotModelOwner(family, msg.sender, owner));
    }

    function _checkTerms(uint16 royaltyBps, AccessPolicy policy, bytes32 accessRoot) private pure {
        require(royaltyBps <= MAX_ROYALTY_BPS, RoyaltyTooHigh(royaltyBps, MAX_ROYALTY_BPS));
        bool rootless = policy == AccessPolicy.Public || policy == AccessPolicy.Private;
        bool fits = policy == AccessPolicy.License
            ? AccessPolicies.namesSigner(accessRoot)
            : rootless == (accessRoot == 0);
        require(fits, AccessRootMismatch(policy, accessRoot));
    }
}
