// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Books} from "./Books.sol";

/// @notice Time and the token's rulers: what nobody in the protocol controls.
abstract contract ClockHandler is Books {
    function passSeconds(uint256 seed) external {
        pass(1 + mixed(seed) % 90);
    }

    function passMinutes(uint256 seed) external {
        pass(1 + mixed(seed) % 40 minutes);
    }

    function passDays(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(seed % 8 == 0);
        pass(1 + (seed >> 8) % 45 days);
    }

    function pauseToken(uint256 seed) external {
        vm.assume(!usdc.paused() && mixed(seed) % 4 == 0);
        vm.prank(tokenRuler);
        usdc.pause();
    }

    function unpauseToken(uint256) external {
        vm.assume(usdc.paused());
        vm.prank(tokenRuler);
        usdc.unpause();
    }

    function blacklist(uint256 seed) external {
        seed = mixed(seed);
        address account = everybody[seed % everybody.length];
        vm.assume(!usdc.isBlacklisted(account) && (seed >> 16) % 4 == 0);
        vm.prank(tokenRuler);
        usdc.blacklist(account);
    }

    function unblacklist(uint256 seed) external {
        seed = mixed(seed);
        uint256 count = everybody.length;
        for (uint256 i = 0; i < count; ++i) {
            address account = everybody[(seed + i) % count];
            if (!usdc.isBlacklisted(account)) continue;
            vm.prank(tokenRuler);
            usdc.unBlacklist(account);
            return;
        }
        vm.assume(false);
    }

    function pass(uint256 time) private {
        clock += time;
        vm.warp(clock);
    }
}
