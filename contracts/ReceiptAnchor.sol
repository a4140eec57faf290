// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IReceiptAnchor} from "./interfaces/IReceiptAnchor.sol";
import {ReceiptTree} from "./libraries/ReceiptTree.sol";

/// @title Anchors of receipts
/// @notice One root per provider and epoch, and the proof that a receipt is under it.
/// @dev Trust assumptions:
/// - The provider registry is fixed at deployment and says whose service keys are whose.
/// - An anchor says when a provider committed to its receipts, not that they are true or complete: a client asks for the
///   proof of its own receipt. `total` is the provider's word.
/// - A validator can shift the time of a block by seconds.
/// - There is no owner and no money.
contract ReceiptAnchor is IReceiptAnchor {
    /// @notice Says which service keys speak for a provider.
    IProviderRegistry public immutable PROVIDERS;

    mapping(address provider => mapping(uint64 epoch => bytes32)) private _anchors;

    /// @notice Nothing can be changed afterwards.
    /// @param providers Register of service keys.
    constructor(IProviderRegistry providers) {
        require(address(providers) != address(0), ZeroAddress());
        PROVIDERS = providers;
    }

    /// @inheritdoc IReceiptAnchor
    function anchor(ReceiptBatch calldata batch) external {
        (address provider, uint64 epoch) = (batch.provider, batch.epoch);
        uint40 time = uint40(block.timestamp);
        require(
            msg.sender == provider || PROVIDERS.keyValidAt(provider, msg.sender, time),
            NotProviderOrKey(provider, msg.sender)
        );
        require(batch.count != 0 && batch.root != 0, EmptyBatch(provider, epoch));
        require(_anchors[provider][epoch] == 0, EpochAnchored(provider, epoch));

        _anchors[provider][epoch] = _hash(batch, time);
        emit Anchored(provider, epoch, batch.root, batch.count, batch.total, time);
    }

    /// @inheritdoc IReceiptAnchor
    function includes(
        ReceiptBatch calldata batch,
        uint40 anchoredAt,
        uint256 index,
        bytes32 receiptHash,
        bytes32[] calldata proof
    ) external view returns (bool included) {
        return isAnchored(batch, anchoredAt)
            && ReceiptTree.verify(batch.root, batch.count, index, receiptHash, proof);
    }

    /// @inheritdoc IReceiptAnchor
    function anchorOf(address provider, uint64 epoch) external view returns (bytes32 anchored) {
        return _anchors[provider][epoch];
    }

    /// @inheritdoc IReceiptAnchor
    function isAnchored(ReceiptBatch calldata batch, uint40 anchoredAt) public view returns (bool anchored) {
        return _anchors[batch.provider][batch.epoch] == _hash(batch, anchoredAt);
    }

    function _hash(ReceiptBatch calldata batch, uint40 time) private pure returns (bytes32 hash) {
        return keccak256(abi.encode(batch.root, batch.count, batch.total, time));
    }
}
