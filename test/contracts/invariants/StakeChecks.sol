// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {Books} from "./Books.sol";

/// @notice What must hold of stakes after every call.
abstract contract StakeChecks is Books {
    function checkStakes() external view {
        uint256 owed;
        for (uint256 i = 0; i < everybody.length; ++i) {
            IProviderRegistry.StakeAccount memory account = registry.accountOf(everybody[i]);
            owed += uint256(account.stake) + account.thawing + registry.creditOf(everybody[i]);
        }
        assertEq(usdc.balanceOf(address(registry)), owed, "21: the registry does not hold exactly what it owes");
        assertEq(exposureBreach, "", "21: exposure above stake at a submission");
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            address provider = providers[i].addr;
            uint256 exposure = registry.accountOf(provider).exposure;
            assertEq(exposure, exposureOf(provider), "21: exposure is not that of the jobs that wait");
        }
    }

    function checkSlashes() external view {
        assertEq(breach, "", "22: a slash or a payout that nobody was entitled to");
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            address provider = providers[i].addr;
            IProviderRegistry.StakeAccount memory account = registry.accountOf(provider);
            assertEq(account.stake, staked[provider], "22: stake changed without its owner or a verdict");
            assertEq(account.thawing, thawing[provider], "22: thawing stake changed without its owner or a verdict");
        }
        for (uint256 i = 0; i < everybody.length; ++i) {
            assertEq(registry.creditOf(everybody[i]), credits[everybody[i]], "22: a credit that no case gave");
        }
    }

    function checkBacking() external view {
        uint256 time = vm.getBlockTimestamp();
        uint256 oldest = backings.length > 16 ? backings.length - 16 : 0;
        for (uint256 i = oldest; i < backings.length; ++i) {
            Backing storage backing = backings[i];
            if (time >= backing.servedAt + RECEIPT_PERIOD) continue;
            IProviderRegistry.StakeAccount memory account = registry.accountOf(backing.provider);
            uint256 there = uint256(account.stake) + account.thawing + slashed[backing.provider] - backing.slashedBefore;
            assertGe(there, backing.stake, "23: stake left that backed a receipt");
        }
    }
}
