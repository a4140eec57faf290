// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Register of models, their terms and who may buy them
/// @notice A model is its manifest: `modelKey` is the SHA-256 of the manifest's canonical JSON. The registry never holds money.
interface IModelRegistry {
    /// @notice Life of a model. Deprecated models take no new jobs; running jobs are unaffected.
    enum ModelStatus {
        None,
        Active,
        Deprecated
    }

    /// @notice Who may buy an inference.
    /// @dev Protects the right to buy, not the weights: what lies on IPFS can be read by anybody.
    enum AccessPolicy {
        Public,
        Allowlist
    }

    /// @notice All that a job needs to know about a model, in one storage slot.
    /// @param owner Receives the royalty and may change the terms.
    /// @param floor Least charge for one unit, in the token's smallest unit (USDC: 1e-6).
    /// @param royaltyBps Owner's share of what is charged, in basis points.
    struct Terms {
        address owner;
        uint64 floor;
        uint16 royaltyBps;
        AccessPolicy policy;
        ModelStatus status;
    }

    error ZeroModelKey();
    error ModelExists(bytes32 modelKey);
    error ModelUnknown(bytes32 modelKey);
    error ModelNotActive(bytes32 modelKey, ModelStatus status);
    error FamilyUnknown(bytes32 family);
    error NotModelOwner(bytes32 modelKey, address caller, address owner);
    error NotPendingModelOwner(bytes32 modelKey, address caller, address pendingOwner);
    error RoyaltyTooHigh(uint16 royaltyBps, uint16 maxRoyaltyBps);
    error RoyaltyChangedRecently(bytes32 modelKey, uint40 nextChangeAt);
    error AccessRootMismatch(AccessPolicy policy, bytes32 accessRoot);

    /// @notice A version was registered. `terms` and `accessRoot` are its state, so that an indexer needs no call.
    event ModelRegistered(
        bytes32 indexed modelKey, bytes32 indexed family, address indexed owner, Terms terms, bytes32 accessRoot
    );
    event ModelUpdated(bytes32 indexed modelKey, Terms terms, bytes32 accessRoot);
    event ModelDeprecated(bytes32 indexed modelKey);
    event ModelOwnerTransferStarted(bytes32 indexed modelKey, address indexed owner, address indexed pendingOwner);
    event ModelOwnerTransferred(bytes32 indexed modelKey, address indexed previousOwner, address indexed owner);

    /// @notice Registers a version and makes it the latest of its family.
    /// @param modelKey SHA-256 of the manifest.
    /// @param family Key of the family's first version; zero starts a family. The caller must own that first version.
    /// @param floor Least charge for one unit.
    /// @param royaltyBps Owner's share of what is charged, at most `MAX_ROYALTY_BPS`.
    /// @param policy Who may buy.
    /// @param accessRoot Merkle root for Allowlist, zero for Public.
    function register(
        bytes32 modelKey,
        bytes32 family,
        uint64 floor,
        uint16 royaltyBps,
        AccessPolicy policy,
        bytes32 accessRoot
    ) external;

    /// @notice Changes the terms of an active model. The royalty may change once in `ROYALTY_CHANGE_INTERVAL`.
    function update(bytes32 modelKey, uint64 floor, uint16 royaltyBps, AccessPolicy policy, bytes32 accessRoot)
        external;

    /// @notice Stops new jobs of a model, for good.
    function deprecate(bytes32 modelKey) external;

    /// @notice Offers a model to a new owner; zero withdraws the offer. Nothing changes until `acceptOwner`.
    function transferOwner(bytes32 modelKey, address newOwner) external;

    /// @notice Takes over a model that was offered to the caller.
    function acceptOwner(bytes32 modelKey) external;

    /// @notice Terms of a model; reverts with ModelUnknown for a key that nobody registered.
    function termsOf(bytes32 modelKey) external view returns (Terms memory terms);

    /// @notice Whether `user` may buy an inference of the model. Pure in policy and proof.
    /// @param proof Empty for Public; `abi.encode(bytes32[])` of a Merkle path for Allowlist, whose leaf is
    /// `keccak256(bytes.concat(keccak256(abi.encode(user))))` (the standard tree of OpenZeppelin).
    function canUse(bytes32 modelKey, address user, bytes calldata proof) external view returns (bool allowed);

    /// @notice CIDv1 (raw, sha2-256, base32) of the manifest: rebuilt from the key, no event needed.
    function cidOf(bytes32 modelKey) external view returns (string memory cid);

    /// @notice Merkle root of the allowlist, zero for Public.
    function accessRootOf(bytes32 modelKey) external view returns (bytes32);

    /// @notice Key of the first version of the model's family.
    function familyOf(bytes32 modelKey) external view returns (bytes32);

    /// @notice Newest version of a family.
    function latest(bytes32 family) external view returns (bytes32);

    /// @notice Owner to whom the model was offered, or zero.
    function pendingOwnerOf(bytes32 modelKey) external view returns (address);
}
