// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelBooks} from "./ChannelBooks.sol";

/// @notice Vouchers that are claimed in every order and by anybody, and what receivers do with what they earned.
/// @dev A claim never asks whether the token is paused or somebody blacklisted: it must not matter.
abstract contract ChannelReceivers is ChannelBooks {
    uint256 private constant MOST_ROWS = 6;

    /// @dev Vouchers of the claims so far.
    uint256[][] private pastClaims;

    function claim(uint256 seed) external {
        seed = mixed(seed);
        address to = receiver(seed);
        uint256[] memory picked = pick(seed >> 8, to);
        uint256 expected = bookRows(picked);
        bytes memory batch = batchOf(picked);
        vm.record();
        vm.prank(relayer);
        if (channels.claim(to, batch) != expected) reportBreach("claim gained another sum");
        if (slotsTouched() > picked.length + 1) reportBreach("a claim touched more slots than its rows");
        pastClaims.push(picked);
    }

    function claimTyped(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(vouchers.length > 0);
        IPaymentChannels.VoucherClaim[] memory rows = new IPaymentChannels.VoucherClaim[](2);
        uint256 expected;
        for (uint256 i = 0; i < 2; ++i) {
            Voucher storage voucher = vouchers[recent(seed >> (8 + i * 64))];
            rows[i] = IPaymentChannels.VoucherClaim(lanes[voucher.lane].config, voucher.amount, voucher.compact);
            expected += bookClaim(lanes[voucher.lane], voucher.amount);
        }
        if (channels.claimTyped(rows) != expected) reportBreach("claimTyped gained another sum");
    }

    /// @dev The same vouchers in the other order, one by one, and in one batch: the contract must end up the same.
    function claimInAnyOrder(uint256 seed) external {
        seed = mixed(seed);
        address to = receiver(seed);
        uint256[] memory picked = pick(seed >> 8, to);
        uint256 before = vm.snapshotState();
        for (uint256 i = picked.length; i > 0; --i) channels.claim(to, rowOf(vouchers[picked[i - 1]]));
        bytes32 backwards = stateHash();
        vm.revertToState(before);
        before = vm.snapshotState();
        for (uint256 i = 0; i < picked.length; ++i) channels.claim(to, rowOf(vouchers[picked[i]]));
        bytes32 oneByOne = stateHash();
        vm.revertToState(before);

        uint256 expected = bookRows(picked);
        if (channels.claim(to, batchOf(picked)) != expected) reportBreach("batch gained another sum");
        if (stateHash() != oneByOne) reportBreach("a batch is not its rows");
        if (stateHash() != backwards) reportBreach("the order matters");
    }

    /// @dev Spent calldata again. (A deposit since then can make an old voucher worth more, once; such are left out.)
    function replay(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(pastClaims.length > 0);
        uint256[] memory picked = pastClaims[seed % pastClaims.length];
        for (uint256 i = 0; i < picked.length; ++i) {
            Voucher storage voucher = vouchers[picked[i]];
            Lane storage lane = lanes[voucher.lane];
            vm.assume(voucher.amount <= lane.claimed || lane.deposited <= lane.claimed);
        }
        bytes32 before = stateHash();
        address to = lanes[vouchers[picked[0]].lane].config.receiver;
        vm.prank(attacker.addr);
        if (channels.claim(to, batchOf(picked)) != 0) reportBreach("a replay gained");
        if (stateHash() != before) reportBreach("a replay changed storage");
    }

    function withdraw(uint256 seed) external {
        seed = mixed(seed);
        address account = receiver(seed);
        address to = (seed >> 8) & 1 == 0 ? account : treasury;
        uint256 most = entitlementOf(account);
        vm.assume(most > 0 && tokenServes(to));
        uint256 amount = (seed >> 16) & 1 == 0 ? most : bound(seed >> 32, 1, most);
        vm.prank(account);
        channels.withdraw(to, amount);
        pay(to, amount);
        Income storage books = income[account];
        uint256 fee = (books.earned * FEE_BPS) / 10_000;
        books.uncollected += fee - books.fee;
        (books.fee, books.paid) = (fee, books.paid + amount);
        if (channels.earningsOf(account).feeTaken != fee) reportBreach("the fee is not its share of all");
    }

    /// @dev While the token refuses, a withdrawal fails and the entitlement stays to the last unit.
    function withdrawInVain(uint256 seed) external {
        seed = mixed(seed);
        address account = receiver(seed);
        uint256 most = entitlementOf(account);
        vm.assume(most > 0 && !tokenServes(account));
        refuse(address(channels), account, "withdraw", abi.encodeCall(channels.withdraw, (account, most)));
        if (channels.withdrawable(account) != most) reportBreach("the token changed an entitlement");
    }

    function refund(uint256 seed) external {
        seed = mixed(seed);
        Lane storage lane = anyLane(seed);
        vm.assume(unclaimedOf(lane) > 0 && tokenServes(lane.config.payer));
        uint64 amount = uint64(bound(seed >> 64, 1, unclaimedOf(lane)));
        if (amount > 5e6) amount = 5e6;
        vm.prank(lane.config.receiver);
        channels.refund(lane.config, amount);
        lane.deposited -= amount;
        pay(lane.config.payer, amount);
    }

    /// @dev Of two receivers, who may be the same.
    function collectChannelFees(uint256 seed) external {
        seed = mixed(seed);
        address[] memory from = new address[](2);
        (from[0], from[1]) = (receiver(seed), receiver(seed >> 8));
        uint256 amount = income[from[0]].uncollected;
        if (from[1] != from[0]) amount += income[from[1]].uncollected;
        vm.assume(amount > 0 && tokenServes(treasury));
        vm.prank(governor);
        channels.collectFees(from, treasury);
        pay(treasury, amount);
        (income[from[0]].uncollected, income[from[1]].uncollected) = (0, 0);
    }

    function slotsTouched() private returns (uint256 count) {
        (bytes32[] memory reads,) = vm.accesses(address(channels));
        for (uint256 i = 0; i < reads.length; ++i) {
            uint256 seen;
            while (reads[seen] != reads[i]) ++seen;
            if (seen == i) ++count;
        }
    }

    /// @dev Some of the last vouchers for this receiver, old ones and doubles among them.
    function pick(uint256 seed, address to) private view returns (uint256[] memory picked) {
        vm.assume(vouchers.length > 0);
        picked = new uint256[](1 + seed % MOST_ROWS);
        uint256 found;
        for (uint256 i = 0; i < 40 && found < picked.length; ++i) {
            uint256 index = recent(uint256(keccak256(abi.encode(seed, i))));
            if (lanes[vouchers[index].lane].config.receiver == to) picked[found++] = index;
        }
        vm.assume(found > 0);
        assembly ("memory-safe") {
            mstore(picked, found)
        }
    }

    function recent(uint256 seed) private view returns (uint256 index) {
        uint256 count = vouchers.length;
        return count - 1 - seed % (count < 40 ? count : 40);
    }

    function bookRows(uint256[] memory picked) private returns (uint256 expected) {
        for (uint256 i = 0; i < picked.length; ++i) {
            Voucher storage voucher = vouchers[picked[i]];
            expected += bookClaim(lanes[voucher.lane], voucher.amount);
        }
    }

    function batchOf(uint256[] memory picked) private view returns (bytes memory rows) {
        for (uint256 i = 0; i < picked.length; ++i) rows = bytes.concat(rows, rowOf(vouchers[picked[i]]));
    }
}
