// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelBooks} from "./ChannelBooks.sol";

/// @notice The promises of the channels, one by one.
abstract contract ChannelChecks is ChannelBooks {
    mapping(bytes32 channelId => uint256) private highestClaimed;
    uint256 private highestEarned;

    function checkSolvency() external view {
        uint256 pot = usdc.balanceOf(address(channels));
        assertEq(pot, moneyIn - moneyOut, "what came in less what went out");
        uint256 owed;
        for (uint256 i = 0; i < lanes.length; ++i) {
            IPaymentChannels.Channel memory channel = channels.channelOf(lanes[i].id);
            owed += channel.deposited - channel.claimed;
        }
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            IPaymentChannels.Earnings memory books = channels.earningsOf(providers[i].addr);
            owed += uint256(books.everEarned) - books.feeTaken - books.paidOut;
            owed += channels.feesAccrued(providers[i].addr);
        }
        assertEq(pot, owed, "what is owed");
    }

    function checkDeposits() external view {
        for (uint256 i = 0; i < lanes.length; ++i) {
            IPaymentChannels.Channel memory channel = channels.channelOf(lanes[i].id);
            assertLe(channel.claimed, channel.deposited, "claimed above deposited");
            assertEq(channel.deposited, lanes[i].deposited, "deposited");
        }
    }

    function checkSignatures() external view {
        for (uint256 i = 0; i < lanes.length; ++i) {
            uint256 claimed = channels.channelOf(lanes[i].id).claimed;
            assertLe(claimed, lanes[i].signed, "claimed above signed");
            assertEq(claimed, lanes[i].claimed, "claimed");
        }
    }

    function checkMonotone() external {
        uint256 earned;
        for (uint256 i = 0; i < PROVIDERS; ++i) earned += channels.earningsOf(providers[i].addr).everEarned;
        assertGe(earned, highestEarned, "earnings shrank");
        highestEarned = earned;
        for (uint256 i = 0; i < lanes.length; ++i) {
            uint256 claimed = channels.channelOf(lanes[i].id).claimed;
            assertGe(claimed, highestClaimed[lanes[i].id], "claimed shrank");
            highestClaimed[lanes[i].id] = claimed;
        }
        checkBreaches();
    }

    /// @dev Until an announced withdrawal is ripe, whatever was signed can be claimed in full, and after any of it the
    /// payer gets no more than what is left. Tried out on a copy of the state.
    function checkWithdrawRace() external {
        checkBreaches();
        for (uint256 i = 0; i < vouchers.length; ++i) {
            Voucher storage voucher = vouchers[vouchers.length - 1 - i];
            Lane storage lane = lanes[voucher.lane];
            if (lane.withdrawAt == 0 || vm.getBlockTimestamp() >= lane.withdrawAt) continue;
            uint256 before = vm.snapshotState();
            channels.claim(lane.config.receiver, rowOf(voucher));
            uint256 claimed = channels.channelOf(lane.id).claimed;
            vm.revertToState(before);
            uint256 due = voucher.amount < lane.deposited ? voucher.amount : lane.deposited;
            assertGe(claimed, due, "a voucher was lost to a withdrawal");
            return;
        }
    }

    function checkEntitlements() external view {
        checkBreaches();
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            address account = providers[i].addr;
            assertEq(channels.withdrawable(account), entitlementOf(account), "entitlement");
        }
    }

    function checkFee() external view {
        checkBreaches();
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            address account = providers[i].addr;
            IPaymentChannels.Earnings memory books = channels.earningsOf(account);
            assertEq(books.feeTaken, income[account].fee, "fee");
            assertEq(books.paidOut, income[account].paid, "paid");
            assertEq(books.everEarned, income[account].earned, "earned");
            assertEq(channels.feesAccrued(account), income[account].uncollected, "fees uncollected");
        }
    }

    function checkWallets() external view {
        checkBreaches();
        for (uint256 i = 0; i < everybody.length; ++i) {
            assertEq(usdc.balanceOf(everybody[i]), wallet[everybody[i]], "wallet");
        }
    }

    function checkBreaches() public view {
        assertEq(breach, "", "breach");
    }
}
