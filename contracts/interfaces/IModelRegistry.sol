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
    /// @dev Protects the right to buy, not the weights: what lies on IPFS can be read by anybody. It is asked when a job is
    /// made, and a job that was made stays. What access root and proof are:
    /// - Public: anybody. No root, no proof.
    /// - Allowlist: the accounts of a list. Root of OpenZeppelin's standard tree, whose leaf is
    ///   `keccak256(bytes.concat(keccak256(abi.encode(user))))`; the proof is `abi.encode(bytes32[])` of the path.
    /// - TokenGate: whoever holds a token at that moment; the same token may be lent to one buyer after the other. Root
    ///   `keccak256(abi.encode(kind, token, id, minimum))`; the proof is these 128 bytes. Kind 20 (ERC-20): a balance of
    ///   `minimum`. Kind 721: `minimum` tokens of the collection, or with a minimum of zero the one token `id`. Kind 1155:
    ///   a balance of `minimum` of token `id`. Any other kind, and a minimum of zero elsewhere, admits nobody. The token
    ///   has 100,000 gas to answer with one word; whatever else it does is a refusal.
    /// - License: whoever has an `AccessGrant(bytes32 modelKey,address user,uint40 expiresAt,uint256 nonce)`, EIP-712 in
    ///   this contract's domain ("ModelRegistry", "1"), of a key or, by EIP-1271 with 100,000 gas, of a contract. Root:
    ///   the signer in the upper 160 bits, an epoch in the lower 96. `nonce` is the epoch: an update to a new epoch
    ///   revokes all grants, and one back to an old epoch revives those of then that have not expired. The proof is
    ///   `abi.encodePacked(expiresAt, signature)`; a grant is good while `expiresAt` is in the future.
    /// - Private: the owner alone, whoever that is now. No root, no proof.
    enum AccessPolicy {
        Public,
        Allowlist,
        TokenGate,
        License,
        Private
    }

    /// @notice All that a job needs to know about a model, in one storage slot.
    /// @param owner Receives the royalty and may change the terms.
    /// @param floor Least charge for one unit, in the token's smallest unit (USDC: 1e-6).
    /// @param royaltyBps Owner's share of what is charged, in basis points.
    /// @param policy Who may buy.
    /// @param status Whether it takes new jobs.
    struct Terms {
        address owner;
        uint64 floor;
        uint16 royaltyBps;
        AccessPolicy policy;
        ModelStatus status;
    }

    /// @notice The zero key names no manifest.
    error ZeroModelKey();
    /// @notice The key is taken, for good.
    /// @param modelKey SHA-256 of the manifest.
    error ModelExists(bytes32 modelKey);
    /// @notice Nobody registered the key.
    /// @param modelKey SHA-256 of the manifest.
    error ModelUnknown(bytes32 modelKey);
    /// @notice The model was deprecated.
    /// @param modelKey SHA-256 of the manifest.
    /// @param status Its state.
    error ModelNotActive(bytes32 modelKey, ModelStatus status);
    /// @notice The family is not the key of a registered first version.
    /// @param family Key of its first version.
    error FamilyUnknown(bytes32 family);
    /// @notice Only the owner may do this.
    /// @param modelKey SHA-256 of the manifest.
    /// @param caller Who called.
    /// @param owner The owner.
    error NotModelOwner(bytes32 modelKey, address caller, address owner);
    /// @notice The model was not offered to the caller.
    /// @param modelKey SHA-256 of the manifest.
    /// @param caller Who called.
    /// @param pendingOwner Who may accept.
    error NotPendingModelOwner(bytes32 modelKey, address caller, address pendingOwner);
    /// @notice The royalty is above the cap.
    /// @param royaltyBps In basis points.
    /// @param maxRoyaltyBps The cap.
    error RoyaltyTooHigh(uint16 royaltyBps, uint16 maxRoyaltyBps);
    /// @notice The royalty changed within the last interval.
    /// @param modelKey SHA-256 of the manifest.
    /// @param nextChangeAt Unix seconds from which it may change.
    error RoyaltyChangedRecently(bytes32 modelKey, uint40 nextChangeAt);
    /// @notice Public and Private take no root, the others need one; that of License names a signer.
    /// @param policy Who may buy.
    /// @param accessRoot The root that does not go with it.
    error AccessRootMismatch(AccessPolicy policy, bytes32 accessRoot);

    /// @notice A version was registered. `terms` and `accessRoot` are its state, so that an indexer needs no call.
    /// @param modelKey SHA-256 of the manifest.
    /// @param family Key of its first version.
    /// @param owner The owner.
    /// @param terms Its terms.
    /// @param accessRoot As the policy says, zero for Public and Private.
    event ModelRegistered(
        bytes32 indexed modelKey, bytes32 indexed family, address indexed owner, Terms terms, bytes32 accessRoot
    );
    /// @notice The terms of a model changed, for jobs to come.
    /// @param modelKey SHA-256 of the manifest.
    /// @param terms Its terms.
    /// @param accessRoot As the policy says, zero for Public and Private.
    event ModelUpdated(bytes32 indexed modelKey, Terms terms, bytes32 accessRoot);
    /// @notice A model takes no new jobs any more.
    /// @param modelKey SHA-256 of the manifest.
    event ModelDeprecated(bytes32 indexed modelKey);
    /// @notice A model was offered to another owner, or the offer was withdrawn (zero).
    /// @param modelKey SHA-256 of the manifest.
    /// @param owner The owner.
    /// @param pendingOwner Who may accept.
    event ModelOwnerTransferStarted(bytes32 indexed modelKey, address indexed owner, address indexed pendingOwner);
    /// @notice A model has a new owner, who also pulls royalties not yet paid out.
    /// @param modelKey SHA-256 of the manifest.
    /// @param previousOwner Who owned it before.
    /// @param owner The owner.
    event ModelOwnerTransferred(bytes32 indexed modelKey, address indexed previousOwner, address indexed owner);

    /// @notice Registers a version and makes it the latest of its family.
    /// @param modelKey SHA-256 of the manifest.
    /// @param family Key of the family's first version; zero starts a family. The caller must own that first version.
    /// @param floor Least charge for one unit.
    /// @param royaltyBps Owner's share of what is charged, at most `MAX_ROYALTY_BPS`.
    /// @param policy Who may buy.
    /// @param accessRoot As the policy says, zero for Public and Private.
    function register(
        bytes32 modelKey,
        bytes32 family,
        uint64 floor,
        uint16 royaltyBps,
        AccessPolicy policy,
        bytes32 accessRoot
    ) external;

    /// @notice Changes the terms of an active model. The royalty may change once in `ROYALTY_CHANGE_INTERVAL`.
    /// @param modelKey Model of the caller.
    /// @param floor Least charge for one unit.
    /// @param royaltyBps Owner's share of what is charged.
    /// @param policy Who may buy.
    /// @param accessRoot As the policy says, zero for Public and Private.
    function update(bytes32 modelKey, uint64 floor, uint16 royaltyBps, AccessPolicy policy, bytes32 accessRoot)
        external;

    /// @notice Stops new jobs of a model, for good.
    /// @param modelKey Model of the caller.
    function deprecate(bytes32 modelKey) external;

    /// @notice Offers a model to a new owner; zero withdraws the offer. Nothing changes until `acceptOwner`.
    /// @param modelKey Model of the caller.
    /// @param newOwner Who may accept.
    function transferOwner(bytes32 modelKey, address newOwner) external;

    /// @notice Takes over a model that was offered to the caller.
    /// @param modelKey Model that was offered.
    function acceptOwner(bytes32 modelKey) external;

    /// @notice Terms of a model; reverts with ModelUnknown for a key that nobody registered.
    /// @param modelKey SHA-256 of the manifest.
    /// @return terms Current terms and status.
    function termsOf(bytes32 modelKey) external view returns (Terms memory terms);

    /// @notice Whether `user` may buy an inference of the model now. Never reverts, whatever proof, token or signer do.
    /// @param modelKey SHA-256 of the manifest.
    /// @param user The client.
    /// @param proof Empty for Public and Private, else as `AccessPolicy` says.
    /// @return allowed False for a model that is not active, too.
    function canUse(bytes32 modelKey, address user, bytes calldata proof) external view returns (bool allowed);

    /// @notice CIDv1 (raw, sha2-256, base32) of the manifest: rebuilt from the key, no event needed.
    /// @param modelKey SHA-256 of the manifest.
    /// @return cid Text of 59 characters.
    function cidOf(bytes32 modelKey) external view returns (string memory cid);

    /// @notice What the policy asks for, as `AccessPolicy` says; zero for Public and Private.
    /// @param modelKey SHA-256 of the manifest.
    /// @return accessRoot Current root.
    function accessRootOf(bytes32 modelKey) external view returns (bytes32 accessRoot);

    /// @notice Terms before the last change, at which orders that were signed then can still be settled for a while.
    /// @param modelKey SHA-256 of the manifest.
    /// @return previousRoyaltyBps Share before the last change.
    /// @return royaltyChangedAt Unix seconds of the last change of the royalty, zero if there was none.
    /// @return closedAt Unix seconds when the model, public until then, was last deprecated or given another policy; zero if never.
    function historyOf(bytes32 modelKey)
        external
        view
        returns (uint16 previousRoyaltyBps, uint40 royaltyChangedAt, uint40 closedAt);

    /// @notice Key of the first version of the model's family.
    /// @param modelKey SHA-256 of the manifest.
    /// @return family Zero for an unknown key.
    function familyOf(bytes32 modelKey) external view returns (bytes32 family);

    /// @notice Newest version of a family.
    /// @param family Key of the first version.
    /// @return modelKey Zero for an unknown family.
    function latest(bytes32 family) external view returns (bytes32 modelKey);

    /// @notice Owner to whom the model was offered, or zero.
    /// @param modelKey SHA-256 of the manifest.
    /// @return pendingOwner Who may accept.
    function pendingOwnerOf(bytes32 modelKey) external view returns (address pendingOwner);
}
