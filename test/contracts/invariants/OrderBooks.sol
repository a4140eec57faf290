// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {SignedBy} from "./SignedBy.sol";

/// @notice What the campaign knows of reserves, orders and their nonces without asking the escrow.
abstract contract OrderBooks is SignedBy {
    /// @dev An order that its client signed, or not, and what the escrow says that it paid.
    struct Ticket {
        IEscrowOrders.JobOrder order;
        bytes32 id;
        bytes signature;
        bool signed;
        bool settled;
        uint64 charged;
        uint256 timesPaid;
        Payout payout;
    }

    struct Leaving {
        uint256 what;
        uint256 ripeAt;
    }

    uint256 internal constant CLIENTS = 5;
    uint256 internal constant WORDS = 3;
    uint256 internal constant RELEASE_DELAY = 1 minutes;

    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "JobOrder(address client,address provider,bytes32 modelKey,bytes32 inputCommit,uint64 price,uint40 submitBy,uint16 feeBps,uint16 royaltyBps,uint96 nonce)"
    );

    /// @dev A client with code; the key of the last payer owns it.
    TestWallet internal codeClient;
    Ticket[] internal tickets;
    mapping(bytes32 orderId => uint256 indexPlusOne) internal ticketOf;
    mapping(address client => uint256) internal reserved;
    mapping(address client => Leaving) internal releasing;
    mapping(address client => mapping(uint256 word => Leaving)) internal cancelling;
    mapping(address client => mapping(uint256 word => uint256 mask)) internal usedBits;
    mapping(address client => mapping(uint256 word => uint256 mask)) internal cancelledBits;
    mapping(address client => mapping(uint256 nonce => uint256)) internal paymentsOf;

    constructor() {
        Key memory owner = payers[PAYERS - 1];
        codeClient = new TestWallet(owner.addr);
        address account = address(codeClient);
        everybody.push(account);
        keyOf[account] = Key(account, owner.secret);
        vm.prank(tokenRuler);
        usdc.mint(account, WALLET);
        wallet[account] = WALLET;
        vm.prank(account);
        usdc.approve(address(escrow), type(uint256).max);
    }

    function clientAt(uint256 seed) internal view returns (address) {
        uint256 index = seed % CLIENTS;
        return index == CLIENTS - 1 ? address(codeClient) : payers[index].addr;
    }

    /// @dev The two ends of the range of words, and one between.
    function wordAt(uint256 seed) internal pure returns (uint256) {
        uint88[WORDS] memory words = [0, 1, type(uint88).max];
        return words[seed % WORDS];
    }

    function keyClientAt(uint256 seed) internal view returns (address) {
        return payers[seed % (CLIENTS - 1)].addr;
    }

    /// @dev A model that orders are settled for now, searching from a random place; any other if there is none.
    function soldModel(uint256 seed) internal view returns (bytes32) {
        uint256 count = modelKeys.length;
        for (uint256 i = 0; i < count; ++i) {
            bytes32 modelKey = modelKeys[(seed % count + i) % count];
            if (isSold(modelKey)) return modelKey;
        }
        return modelKeys[seed % count];
    }

    function isSold(bytes32 modelKey) internal view returns (bool) {
        IModelRegistry.Terms storage terms = ghostTerms[modelKey];
        return terms.status == IModelRegistry.ModelStatus.Active && terms.policy == IModelRegistry.AccessPolicy.Public;
    }

    function hasCode(address client) internal view returns (bool) {
        return client == address(codeClient);
    }

    /// @dev Whether its code answers for what its owner signed.
    function codeClientSigns() internal view returns (bool) {
        return codeClient.mode() == TestWallet.Mode.Honest;
    }

    /// @dev Whether an order must be paid at this moment, said once more from the documents.
    function isDue(Ticket storage ticket, uint64 charged) internal view returns (bool) {
        IEscrowOrders.JobOrder storage order = ticket.order;
        if (vm.getBlockTimestamp() > order.submitBy || charged > order.price) return false;
        if (!isFree(order.client, order.nonce) || reserved[order.client] < charged) return false;
        if (!isSold(order.modelKey) && !isRecent(closedAt[order.modelKey])) return false;
        if (!takesRates(order)) return false;
        return ticket.signed && (!hasCode(order.client) || codeClientSigns());
    }

    function isFree(address client, uint256 nonce) internal view returns (bool) {
        (uint256 word, uint256 bit) = bits(nonce);
        return (usedBits[client][word] | cancelledBits[client][word]) & bit == 0;
    }

    function takesRates(IEscrowOrders.JobOrder storage order) internal view returns (bool) {
        if (order.feeBps != escrow.feeBps() && !(order.feeBps == feeBefore && isRecent(feeChangedAt))) return false;
        bytes32 modelKey = order.modelKey;
        return order.royaltyBps == ghostTerms[modelKey].royaltyBps
            || (order.royaltyBps == royaltyBefore[modelKey] && isRecent(royaltyChangedAt[modelKey]));
    }

    function isRecent(uint256 changedAt) internal view returns (bool) {
        return changedAt != 0 && vm.getBlockTimestamp() < changedAt + FEE_CHANGE_INTERVAL;
    }

    function keep(IEscrowOrders.JobOrder memory order, Key memory signer) internal returns (Ticket storage ticket) {
        bytes32 id = orderDigest(order);
        ticket = tickets.push();
        ticket.order = order;
        ticket.id = id;
        ticket.signed = signer.secret == keyOf[order.client].secret;
        bool compact = order.nonce & 1 == 1 && !hasCode(order.client);
        ticket.signature = compact ? signCompact(signer.secret, id) : sign(signer.secret, id);
        ticketOf[id] = tickets.length;
    }

    function orderDigest(IEscrowOrders.JobOrder memory order) internal view returns (bytes32) {
        bytes32 structHash = keccak256(abi.encode(ORDER_TYPEHASH, order));
        return digestOf(domain("JobEscrow", "1", address(escrow)), structHash);
    }

    function sharesOf(uint64 charged, uint256 feeBps, uint256 royaltyBps) internal pure returns (Payout memory shares) {
        shares.fee = uint64((uint256(charged) * feeBps) / 10_000);
        shares.royalty = uint64((uint256(charged) * royaltyBps) / 10_000);
        shares.toProvider = charged - shares.fee - shares.royalty;
    }

    function bits(uint256 nonce) internal pure returns (uint256 word, uint256 bit) {
        return (nonce >> 8, 1 << (nonce & 255));
    }
}
