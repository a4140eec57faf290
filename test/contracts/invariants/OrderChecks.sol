// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IEscrowAccounts} from "../../../contracts/interfaces/IEscrowAccounts.sol";
import {OrderProviders} from "./OrderProviders.sol";

/// @notice What must hold of reserves, orders and nonces after every call.
abstract contract OrderChecks is OrderProviders {
    /// @dev Leaves the token paused and everybody blacklisted: the runner takes back what a check does.
    function checkTokenIndependence() external {
        blockEverybody();
        Ticket storage ticket = tickets[0];
        bool found;
        for (uint256 i = tickets.length; i > 0 && !found; --i) {
            ticket = tickets[i - 1];
            found = isDue(ticket, ticket.order.price);
        }
        IEscrowOrders.OrderSettlement[] memory rows = new IEscrowOrders.OrderSettlement[](1);
        rows[0] = rowOf(ticket, ticket.order.price);
        vm.prank(ticket.order.provider);
        assertEq(escrow.settleOrders(rows), found ? 1 : 0, "9: the token decides what is settled");
        book(ticket, ticket.order.price);
        address from = ticket.order.client;
        if (reserved[from] > 0) releaseAll(from);
        freeEverybody();
        withdrawAll(ticket.order.provider);
        withdrawAll(from);
    }

    function checkNonces() external view {
        checkBreach();
        for (uint256 i = 0; i < CLIENTS; ++i) {
            for (uint256 j = 0; j < WORDS; ++j) {
                (address client, uint256 word) = (clientAt(i), wordAt(j));
                (uint256 used, uint256 mask, uint256 ripeAt) = escrow.noncesOf(client, word);
                assertEq(used, usedBits[client][word] | cancelledBits[client][word], "16: nonces that are spent");
                assertEq(mask, cancelling[client][word].what, "16: nonces on their way");
                assertEq(ripeAt, cancelling[client][word].ripeAt, "16: when a cancellation is ripe");
            }
        }
        for (uint256 i = 0; i < tickets.length; ++i) {
            Ticket storage ticket = tickets[i];
            assertEq(ticket.timesPaid, ticket.settled ? 1 : 0, "16: an order is paid once, if it was due");
        }
    }

    function checkReserves() external view {
        checkBreach();
        for (uint256 i = 0; i < everybody.length; ++i) {
            address account = everybody[i];
            IEscrowAccounts.Account memory books = escrow.accountOf(account);
            assertEq(books.reserved, reserved[account], "16: a reserve changed in another way");
            assertEq(books.releasing, releasing[account].what, "16: what is on its way out");
            assertEq(books.releaseAt, releasing[account].ripeAt, "16: when a release is ripe");
        }
    }

    /// @dev The order's own rates, whatever became of fee and royalty since it was signed.
    function checkOrderShares() external view {
        for (uint256 i = 0; i < tickets.length; ++i) {
            Ticket storage ticket = tickets[i];
            if (!ticket.settled) continue;
            Payout memory shares = sharesOf(ticket.charged, ticket.order.feeBps, ticket.order.royaltyBps);
            assertEq(ticket.payout.fee, shares.fee, "17: the fee is not that of the order");
            assertEq(ticket.payout.royalty, shares.royalty, "17: the royalty is not that of the order");
            assertEq(ticket.payout.toProvider, shares.toProvider, "17: the provider has not the remainder");
        }
    }

    function checkBreach() internal view {
        assertEq(breach, "", "31: somebody did what only another may");
    }

    function releaseAll(address from) private {
        vm.prank(from);
        escrow.startRelease(uint64(reserved[from]));
        vm.warp(vm.getBlockTimestamp() + RELEASE_DELAY);
        vm.prank(from);
        assertEq(uint256(escrow.finishRelease()), reserved[from], "9: the token decides what is released");
        available[from] += reserved[from];
    }

    function withdrawAll(address account) private {
        uint256 amount = available[account];
        if (amount == 0) return;
        uint256 before = usdc.balanceOf(account);
        vm.prank(account);
        escrow.withdraw(account, uint64(amount));
        assertEq(usdc.balanceOf(account), before + amount, "9: the same amount is withdrawn afterwards");
        available[account] = 0;
    }

    function blockEverybody() private {
        vm.startPrank(tokenRuler);
        if (!usdc.paused()) usdc.pause();
        for (uint256 i = 0; i < everybody.length; ++i) usdc.blacklist(everybody[i]);
        vm.stopPrank();
    }

    function freeEverybody() private {
        vm.startPrank(tokenRuler);
        usdc.unpause();
        for (uint256 i = 0; i < everybody.length; ++i) usdc.unBlacklist(everybody[i]);
        vm.stopPrank();
    }
}
