// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Anchors of receipts
/// @notice A provider puts one root per epoch on the chain, whatever the number of its receipts. From then on it can neither
/// deny a receipt of that epoch nor add one. Holds no money.
interface IReceiptAnchor {
    /// @notice All receipts of an epoch. Off chain a provider signs it as EIP-712 ReceiptBatch under this contract's domain.
    /// @param provider Whose receipts.
    /// @param epoch The provider's own count; every number is used once.
    /// @param root Root of the counted tree over the EIP-712 struct hashes of the receipts (see ReceiptTree).
    /// @param count Number of receipts.
    /// @param total Sum of what they charged, in 1e-6 USDC.
    struct ReceiptBatch {
        address provider;
        uint64 epoch;
        bytes32 root;
        uint32 count;
        uint128 total;
    }

    /// @notice An account must not be the zero address.
    error ZeroAddress();
    /// @notice The caller is neither the provider nor one of its service keys of now.
    /// @param provider The provider.
    /// @param caller Who called.
    error NotProviderOrKey(address provider, address caller);
    /// @notice An epoch is anchored once, never again.
    /// @param provider The provider.
    /// @param epoch The epoch.
    error EpochAnchored(address provider, uint64 epoch);
    /// @notice A batch without receipts has nothing to anchor.
    /// @param provider The provider.
    /// @param epoch The epoch.
    error EmptyBatch(address provider, uint64 epoch);

    /// @notice A root was anchored; the event carries all that later proofs need.
    /// @param provider The provider.
    /// @param epoch The epoch.
    /// @param root Root over the receipts.
    /// @param count Number of receipts.
    /// @param total In 1e-6 USDC.
    /// @param anchoredAt Unix seconds.
    event Anchored(
        address indexed provider, uint64 indexed epoch, bytes32 root, uint32 count, uint128 total, uint40 anchoredAt
    );

    /// @notice Anchors a batch. Only its provider or a service key of the provider that is valid now.
    /// @param batch The batch.
    function anchor(ReceiptBatch calldata batch) external;

    /// @notice What the chain keeps of an epoch: keccak256(abi.encode(root, count, total, anchoredAt)).
    /// @param provider The provider.
    /// @param epoch The epoch.
    /// @return anchored Zero if nothing was anchored.
    function anchorOf(address provider, uint64 epoch) external view returns (bytes32 anchored);

    /// @notice Whether this very batch was anchored at this time.
    /// @param batch The batch.
    /// @param anchoredAt Unix seconds, from the event.
    /// @return anchored False if any of it differs.
    function isAnchored(ReceiptBatch calldata batch, uint40 anchoredAt) external view returns (bool anchored);

    /// @notice Whether an anchored batch holds a receipt at this place.
    /// @param batch The batch.
    /// @param anchoredAt Unix seconds, from the event.
    /// @param index Place of the receipt, from 0.
    /// @param receiptHash EIP-712 struct hash of the receipt.
    /// @param proof Siblings from the leaf up.
    /// @return included False for an index from `count` on, whatever the proof.
    function includes(
        ReceiptBatch calldata batch,
        uint40 anchoredAt,
        uint256 index,
        bytes32 receiptHash,
        bytes32[] calldata proof
    ) external view returns (bool included);
}
