// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {OrderBooks} from "./OrderBooks.sol";

/// @notice What clients set apart, take back and cancel.
/// @dev Nothing here asks whether the token is paused or somebody blacklisted: it must not matter.
abstract contract OrderClients is OrderBooks {
    uint256 private constant MOST_RESERVED = 60e6;

    function reserve(uint256 seed) external {
        seed = mixed(seed);
        address from = clientAt(seed);
        vm.assume(available[from] > 0);
        uint256 amount = bound(seed >> 32, 1, available[from]);
        if (amount > MOST_RESERVED) amount = MOST_RESERVED;
        vm.prank(from);
        escrow.reserve(uint64(amount));
        available[from] -= amount;
        reserved[from] += amount;
    }

    /// @dev At times nothing, which stops the clock; mostly all, so that orders leave less than that.
    function startRelease(uint256 seed) external {
        seed = mixed(seed);
        address from = clientAt(seed);
        uint256 share = (seed >> 16) % 8;
        uint256 amount = share < 4 ? reserved[from] : bound(seed >> 32, 0, reserved[from]);
        if (share == 4) amount = 0;
        vm.prank(from);
        escrow.startRelease(uint64(amount));
        releasing[from] = Leaving(amount, amount == 0 ? 0 : vm.getBlockTimestamp() + RELEASE_DELAY);
    }

    function finishRelease(uint256 seed) external {
        address from = ripeRelease(mixed(seed));
        uint256 amount = releasing[from].what < reserved[from] ? releasing[from].what : reserved[from];
        vm.prank(from);
        assertEq(uint256(escrow.finishRelease()), amount, "16: another sum was released");
        delete releasing[from];
        reserved[from] -= amount;
        available[from] += amount;
    }

    /// @dev A quarter of a word, with an order of the client among them if it signed one; at times nothing.
    function startCancel(uint256 seed) external {
        seed = mixed(seed);
        address from = clientAt(seed);
        uint256 word = wordAt(seed >> 8);
        uint256 mask = seed & mixed(seed) & mixed(seed);
        if (tickets.length > 0) {
            Ticket storage ticket = tickets[tickets.length - 1 - (seed >> 16) % tickets.length];
            uint256 bit;
            from = ticket.order.client;
            (word, bit) = bits(ticket.order.nonce);
            mask |= bit;
        }
        if ((seed >> 64) % 8 == 0) mask = 0;
        vm.prank(from);
        escrow.startCancel(word, mask);
        cancelling[from][word] = Leaving(mask, mask == 0 ? 0 : vm.getBlockTimestamp() + RELEASE_DELAY);
    }

    function finishCancel(uint256 seed) external {
        (address from, uint256 word) = ripeCancel(mixed(seed));
        vm.prank(from);
        escrow.finishCancel(word);
        cancelledBits[from][word] |= cancelling[from][word].what & ~usedBits[from][word];
        delete cancelling[from][word];
    }

    /// @dev The client with code stops answering for its owner, in every way, and starts again.
    function changeCode(uint256 seed) external {
        seed = mixed(seed);
        bool answers = codeClientSigns();
        vm.assume(!answers || seed % 2 == 0);
        TestWallet.Mode[3] memory refusals = [TestWallet.Mode.Refuse, TestWallet.Mode.Revert, TestWallet.Mode.BurnGas];
        vm.prank(payers[PAYERS - 1].addr);
        codeClient.setMode(answers ? refusals[(seed >> 8) % 3] : TestWallet.Mode.Honest);
    }

    function ripeRelease(uint256 seed) private view returns (address) {
        for (uint256 i = 0; i < CLIENTS; ++i) {
            address from = clientAt(seed % CLIENTS + i);
            uint256 ripeAt = releasing[from].ripeAt;
            if (ripeAt != 0 && vm.getBlockTimestamp() >= ripeAt) return from;
        }
        vm.assume(false);
        return address(0);
    }

    function ripeCancel(uint256 seed) private view returns (address, uint256) {
        for (uint256 i = 0; i < CLIENTS * WORDS; ++i) {
            uint256 place = (seed % (CLIENTS * WORDS) + i) % (CLIENTS * WORDS);
            (address from, uint256 word) = (clientAt(place / WORDS), wordAt(place));
            uint256 ripeAt = cancelling[from][word].ripeAt;
            if (ripeAt != 0 && vm.getBlockTimestamp() >= ripeAt) return (from, word);
        }
        vm.assume(false);
        return (address(0), 0);
    }
}
