// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {Vm} from "../support/Vm.sol";
import {OrderBooks} from "./OrderBooks.sol";

/// @notice Orders that are signed and settled, good and bad rows in one batch: what is due is paid, and nothing else.
/// @dev A settlement never asks whether the token is paused or somebody blacklisted: it must not matter.
abstract contract OrderProviders is OrderBooks {
    uint256 private constant MOST_ROWS = 7;
    uint256 private constant RECENT = 24;

    uint256 private inputs;

    function signOrder(uint256 seed) external {
        seed = mixed(seed);
        signSome(providers[seed % PROVIDERS].addr, mixed(seed));
    }

    /// @dev Fresh orders and old ones, one of them often twice, with those of other clients and models between.
    function settleOrders(uint256 seed) external {
        seed = mixed(seed);
        address to = providers[seed % PROVIDERS].addr;
        uint256[] memory picked = pickTickets(to, seed >> 8);
        IEscrowOrders.OrderSettlement[] memory rows = new IEscrowOrders.OrderSettlement[](picked.length);
        for (uint256 i = 0; i < picked.length; ++i) {
            Ticket storage ticket = tickets[picked[i]];
            rows[i] = rowOf(ticket, chargeFor(ticket, mixed(seed)));
        }
        vm.recordLogs();
        vm.prank(voiceOf(to, seed));
        uint256 settled = escrow.settleOrders(rows);
        witness(vm.getRecordedLogs());
        for (uint256 i = 0; i < picked.length; ++i) {
            if (book(tickets[picked[i]], rows[i].charged)) --settled;
        }
        if (settled != 0) reportBreach("settleOrders counted other rows than were due");
    }

    function rowOf(Ticket storage ticket, uint64 charged)
        internal
        view
        returns (IEscrowOrders.OrderSettlement memory row)
    {
        return IEscrowOrders.OrderSettlement(ticket.order, keccak256(abi.encode(ticket.id)), charged, ticket.signature);
    }

    /// @dev An order that its provider can settle now.
    function signSound(address to, address from, uint256 seed) internal returns (Ticket storage ticket) {
        ticket = keep(soundOrder(to, from, seed), keyOf[from]);
        vm.assume(isDue(ticket, ticket.order.price));
    }

    function soundOrder(address to, address from, uint256 seed)
        internal
        returns (IEscrowOrders.JobOrder memory order)
    {
        order.client = from;
        order.provider = to;
        order.modelKey = soldModel(seed);
        order.inputCommit = bytes32(++inputs);
        order.price = uint64(1 + (seed >> 64) % 4e6);
        order.submitBy = uint40(vm.getBlockTimestamp() + 30 + (seed >> 96) % 2 hours);
        order.feeBps = escrow.feeBps();
        order.royaltyBps = ghostTerms[order.modelKey].royaltyBps;
        uint256 bit = (seed >> 144) % 4 == 0 ? (seed >> 152) % 8 : (seed >> 152) % 256;
        order.nonce = uint96(wordAt(seed >> 136) << 8 | bit);
    }

    /// @dev Mostly sound; else for another model, at other rates, above what is reserved, or with a long life.
    function signSome(address to, uint256 seed) internal returns (uint256 index) {
        IEscrowOrders.JobOrder memory order = soundOrder(to, clientAt(seed >> 8), seed);
        uint256 fault = mixed(seed) % 16;
        if (fault == 0) order.modelKey = modelKeys[(seed >> 16) % modelKeys.length];
        if (fault == 1) order.modelKey = keccak256(abi.encode("no model", seed));
        if (fault == 2 || fault == 3) order.feeBps = feeBefore;
        if (fault == 4) order.feeBps = uint16((seed >> 168) % (MAX_FEE_BPS + 1));
        if (fault == 5) order.royaltyBps = royaltyBefore[order.modelKey];
        if (fault == 6) order.royaltyBps = uint16((seed >> 168) % 3_001);
        if (fault == 7) order.price = uint64(reserved[order.client] + 1);
        if (fault >= 7 && fault < 12) order.submitBy += uint40((seed >> 184) % 80 days);
        bool forged = hasCode(order.client) && fault == 12;
        keep(order, forged ? attacker : keyOf[order.client]);
        return tickets.length - 1;
    }

    function chargeFor(Ticket storage ticket, uint256 seed) private view returns (uint64) {
        uint64 price = ticket.order.price;
        uint256 kind = seed % 8;
        if (kind == 0) return price + 1;
        if (kind == 1) return 0;
        return kind < 5 ? price : uint64(bound(seed >> 8, 0, price));
    }

    function pickTickets(address to, uint256 seed) private returns (uint256[] memory picked) {
        picked = new uint256[](2 + seed % (MOST_ROWS - 1));
        for (uint256 i = 0; i < picked.length; ++i) {
            uint256 roll = mixed(seed);
            picked[i] = roll % 2 == 0 ? signSome(to, roll >> 8) : recentOf(to, roll >> 8);
        }
        if ((seed >> 16) % 3 == 0) picked[picked.length - 1] = picked[0];
    }

    function recentOf(address to, uint256 seed) private returns (uint256 index) {
        uint256 count = tickets.length;
        for (uint256 i = 0; i < RECENT && i < count; ++i) {
            index = count - 1 - (seed % RECENT + i) % RECENT % count;
            if (tickets[index].order.provider == to) return index;
        }
        return signSome(to, seed);
    }

    /// @dev What the escrow says, before the books say what it should have said.
    function witness(Vm.Log[] memory logs) private {
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != address(escrow) || logs[i].topics[0] != IEscrowOrders.OrderSettled.selector) continue;
            uint256 index = ticketOf[logs[i].topics[1]];
            if (index == 0) {
                reportBreach("an order was paid that nobody signed");
                continue;
            }
            paid(tickets[index - 1], logs[i]);
        }
    }

    function paid(Ticket storage ticket, Vm.Log memory log) private {
        IEscrowOrders.JobOrder storage order = ticket.order;
        (bytes32 modelKey, uint96 nonce, bytes32 commit, Payout memory payout) = decodePaid(log.data);
        ++ticket.timesPaid;
        ticket.payout = payout;
        address client = order.client;
        if (++paymentsOf[client][nonce] > 1) reportBreach("16: a nonce was used twice");
        (uint256 word, uint256 bit) = bits(nonce);
        if (cancelledBits[client][word] & bit != 0) reportBreach("16: a cancelled nonce settled");
        if (vm.getBlockTimestamp() > order.submitBy) reportBreach("16: an order was settled late");
        if (uint256(payout.toProvider) + payout.fee + payout.royalty > order.price) {
            reportBreach("16: an order was settled above its price");
        }
        bool told = modelKey == order.modelKey && nonce == order.nonce && commit == keccak256(abi.encode(ticket.id))
            && address(uint160(uint256(log.topics[2]))) == client
            && address(uint160(uint256(log.topics[3]))) == order.provider;
        if (!told) reportBreach("16: the event is not of the order");
    }

    function decodePaid(bytes memory data)
        private
        pure
        returns (bytes32 modelKey, uint96 nonce, bytes32 commit, Payout memory payout)
    {
        (modelKey, nonce, commit, payout.toProvider, payout.fee, payout.royalty) =
            abi.decode(data, (bytes32, uint96, bytes32, uint64, uint64, uint64));
    }

    function book(Ticket storage ticket, uint64 charged) internal returns (bool due) {
        due = isDue(ticket, charged);
        if (!due) return false;
        IEscrowOrders.JobOrder storage order = ticket.order;
        Payout memory shares = sharesOf(charged, order.feeBps, order.royaltyBps);
        (ticket.settled, ticket.charged) = (true, charged);
        (uint256 word, uint256 bit) = bits(order.nonce);
        usedBits[order.client][word] |= bit;
        reserved[order.client] -= charged;
        available[order.provider] += shares.toProvider;
        royalties[order.modelKey] += shares.royalty;
        fees[order.modelKey] += shares.fee;
    }
}
