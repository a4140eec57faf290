// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EscrowBalances} from "./EscrowBalances.sol";
import {IEscrowOrders} from "./interfaces/IEscrowOrders.sol";
import {IModelRegistry} from "./interfaces/IModelRegistry.sol";
import {JobTypes} from "./libraries/JobTypes.sol";
import {Signatures} from "./libraries/Signatures.sol";

/// @title Orders on the reserved balance
/// @notice What a client sets apart, the orders that draw on it, and the two slow ways out: release and cancellation.
abstract contract EscrowOrders is EscrowBalances, EIP712 {
    using SafeCast for uint256;

    /// @dev Nonces on their way to be cancelled.
    struct Cancel {
        uint256 mask;
        uint256 ripeAt;
    }

    /// @dev What rows that stand together have in common: storage is read and written when it changes, not row by row.
    struct Batch {
        address client;
        uint256 word;
        uint256 used;
        uint64 reserved;
        bool drawn;
        bytes32 modelKey;
        bool sold;
        uint16 royaltyBps;
        uint64 royalties;
        uint64 fees;
        uint64 earned;
    }

    uint32 internal constant MAX_RELEASE_DELAY = 30 days;

    uint32 internal immutable RELEASE_DELAY;

    mapping(address client => mapping(uint256 word => uint256 bitmap)) private _usedNonces;
    mapping(address client => mapping(uint256 word => Cancel)) private _cancels;

    /// @notice Fixes the delay.
    /// @param delay In seconds; its bounds are checked by who inherits this.
    constructor(uint32 delay) {
        RELEASE_DELAY = delay;
    }

    /// @inheritdoc IEscrowOrders
    function reserve(uint64 amount) external {
        require(amount != 0, ZeroAmount());
        _debit(msg.sender, amount);
        Account storage account = _accounts[msg.sender];
        account.reserved = (uint256(account.reserved) + amount).toUint56();
        emit Reserved(msg.sender, amount);
    }

    /// @inheritdoc IEscrowOrders
    function startRelease(uint64 amount) external {
        Account storage account = _accounts[msg.sender];
        uint56 reserved = account.reserved;
        require(amount <= reserved, InsufficientReserve(msg.sender, reserved, amount));
        uint256 releaseAt = amount == 0 ? 0 : block.timestamp + RELEASE_DELAY;
        account.releasing = uint56(amount);
        account.releaseAt = releaseAt.toUint32();
        emit ReleaseStarted(msg.sender, amount, releaseAt);
    }

    /// @inheritdoc IEscrowOrders
    function finishRelease() external returns (uint64 released) {
        Account storage account = _accounts[msg.sender];
        (uint56 reserved, uint56 releasing, uint32 releaseAt) =
            (account.reserved, account.releasing, account.releaseAt);
        require(releaseAt != 0, ReleaseNotStarted(msg.sender));
        require(block.timestamp >= releaseAt, ReleaseNotRipe(msg.sender, releaseAt));
        uint56 amount = releasing < reserved ? releasing : reserved;
        account.available += amount;
        account.reserved = reserved - amount;
        account.releasing = 0;
        account.releaseAt = 0;
        emit ReleaseFinished(msg.sender, amount);
        return amount;
    }

    /// @inheritdoc IEscrowOrders
    function settleOrders(OrderSettlement[] calldata rows) external nonReentrant returns (uint256 settled) {
        if (rows.length == 0) return 0;
        Batch memory batch;
        address provider = rows[0].order.provider;
        require(_speaksFor(provider, msg.sender), NotOrderProvider(0, provider, msg.sender));
        Settings memory settings = _settings;
        for (uint256 i; i < rows.length; ++i) {
            OrderSettlement calldata row = rows[i];
            address rowProvider = row.order.provider;
            require(rowProvider == provider, NotOrderProvider(i, rowProvider, msg.sender));
            if (_settleOrder(batch, settings, row, i)) ++settled;
        }
        _keepClient(batch);
        _keepModel(batch);
        _accounts[provider].available += batch.earned;
    }

    /// @inheritdoc IEscrowOrders
    function startCancel(uint256 word, uint256 mask) external {
        uint256 ripeAt = mask == 0 ? 0 : block.timestamp + RELEASE_DELAY;
        _cancels[msg.sender][word] = Cancel(mask, ripeAt);
        emit OrderCancelStarted(msg.sender, word, mask, ripeAt);
    }

    /// @inheritdoc IEscrowOrders
    function finishCancel(uint256 word) external {
        Cancel memory cancel = _cancels[msg.sender][word];
        require(cancel.mask != 0, CancelNotStarted(msg.sender, word));
        require(block.timestamp >= cancel.ripeAt, CancelNotRipe(msg.sender, word, cancel.ripeAt));
        delete _cancels[msg.sender][word];
        _usedNonces[msg.sender][word] |= cancel.mask;
        emit OrdersCancelled(msg.sender, word, cancel.mask);
    }

    /// @inheritdoc IEscrowOrders
    function orderIdOf(JobOrder calldata order) public view returns (bytes32 orderId) {
        return _hashTypedDataV4(JobTypes.hashOrder(order));
    }

    /// @inheritdoc IEscrowOrders
    function noncesOf(address client, uint256 word)
        external
        view
        returns (uint256 used, uint256 cancelling, uint256 ripeAt)
    {
        Cancel memory cancel = _cancels[client][word];
        return (_usedNonces[client][word], cancel.mask, cancel.ripeAt);
    }

    /// @dev Whether `account` is the provider or a service key of it that is valid now.
    function _speaksFor(address provider, address account) internal view virtual returns (bool speaks);

    function _settleOrder(
        Batch memory batch,
        Settings memory settings,
        OrderSettlement calldata row,
        uint256 index
    ) private returns (bool settled) {
        JobOrder calldata order = row.order;
        uint64 charged = row.charged;
        if (block.timestamp > order.submitBy || charged > order.price) return false;
        uint256 nonce = order.nonce;
        _turnToClient(batch, order.client, nonce >> 8);
        uint256 bit = 1 << (nonce & 0xff);
        if (batch.used & bit != 0 || charged > batch.reserved) return false;
        _turnToModel(batch, order.modelKey);
        if (!batch.sold || !_acceptsRates(batch, settings, order)) return false;
        bytes32 orderId = orderIdOf(order);
        if (!_signedRow(order.client, orderId, row.clientSignature, index)) return false;

        batch.used |= bit;
        batch.reserved -= charged;
        batch.drawn = true;
        _shareOrder(batch, order, orderId, row.resultCommit, charged);
        return true;
    }

    /// @dev Both shares are rounded down, as those of a job are; the provider has the remainder.
    function _shareOrder(
        Batch memory batch,
        JobOrder calldata order,
        bytes32 orderId,
        bytes32 resultCommit,
        uint64 charged
    ) private {
        (uint64 fee, uint64 royalty) = (_share(charged, order.feeBps), _share(charged, order.royaltyBps));
        uint64 toProvider = charged - fee - royalty;
        batch.fees += fee;
        batch.royalties += royalty;
        batch.earned += toProvider;
        emit OrderSettled(
            orderId,
            order.client,
            order.provider,
            order.modelKey,
            order.nonce,
            resultCommit,
            toProvider,
            fee,
            royalty
        );
    }

    /// @dev A key that did not sign reverts, for the settling provider can know it; code that refuses is skipped, for it may change its mind.
    function _signedRow(address client, bytes32 orderId, bytes calldata signature, uint256 index)
        internal
        view
        returns (bool signed)
    {
        address signer = Signatures.recover(orderId, signature);
        if (signer != address(0) && signer == client) return true;
        require(client.code.length != 0, BadRowSignature(index, client));
        return Signatures.isValidERC1271(client, orderId, signature);
    }

    function _turnToClient(Batch memory batch, address client, uint256 word) private {
        if (batch.client == client && batch.word == word) return;
        _keepClient(batch);
        (batch.client, batch.word) = (client, word);
        batch.used = _usedNonces[client][word];
        batch.reserved = _accounts[client].reserved;
    }

    function _keepClient(Batch memory batch) private {
        if (!batch.drawn) return;
        batch.drawn = false;
        _usedNonces[batch.client][batch.word] = batch.used;
        // It only ever fell from what the slot held.
        _accounts[batch.client].reserved = uint56(batch.reserved);
    }

    function _turnToModel(Batch memory batch, bytes32 modelKey) private {
        if (batch.modelKey == modelKey) return;
        _keepModel(batch);
        batch.modelKey = modelKey;
        try MODELS.termsOf(modelKey) returns (IModelRegistry.Terms memory terms) {
            batch.royaltyBps = terms.royaltyBps;
            batch.sold = (terms.status == IModelRegistry.ModelStatus.Active
                    && terms.policy == IModelRegistry.AccessPolicy.Public) || _closedRecently(modelKey);
        } catch {
            batch.sold = false;
        }
    }

    function _keepModel(Batch memory batch) private {
        _earn(batch.modelKey, batch.royalties, batch.fees);
        (batch.royalties, batch.fees) = (0, 0);
    }

    /// @dev Rates change at most once in 30 days, so an order signed before a change can be settled for that long after it.
    function _acceptsRates(Batch memory batch, Settings memory settings, JobOrder calldata order)
        private
        view
        returns (bool accepted)
    {
        if (order.feeBps != settings.feeBps) {
            if (order.feeBps != settings.previousFeeBps || !_isRecent(settings.feeChangedAt)) return false;
        }
        if (order.royaltyBps == batch.royaltyBps) return true;
        (uint16 previousBps, uint40 changedAt,) = MODELS.historyOf(order.modelKey);
        return order.royaltyBps == previousBps && _isRecent(changedAt);
    }

    /// @dev An owner that closes its model takes nothing from providers that served it before.
    function _closedRecently(bytes32 modelKey) private view returns (bool recently) {
        (,, uint40 closedAt) = MODELS.historyOf(modelKey);
        return _isRecent(closedAt);
    }

    function _isRecent(uint40 changedAt) private view returns (bool recent) {
        return changedAt != 0 && block.timestamp < uint256(changedAt) + FEE_CHANGE_INTERVAL;
    }
}
