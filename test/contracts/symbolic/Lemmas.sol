// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Shares} from "./Shares.sol";

/// @notice The facts about shares, for all amounts and rates.
contract Lemmas is Shares {
    function check_share_isAtMostTheAmount(uint256 amount, uint256 bps) external pure {
        assert(isAtMostTheAmount(amount, bps));
    }

    function check_share_togetherAtMostTheShareOfBoth(uint256 amount, uint256 bps, uint256 others) external pure {
        assert(isAtMostShareOfBoth(amount, bps, others));
    }

    function check_share_productDividesBack(uint256 amount, uint256 bps) external pure {
        assert(isDividedBack(amount, bps));
    }

    function check_share_growsWithTheAmount(uint256 amount, uint256 more, uint256 bps) external pure {
        assert(growsWithTheAmount(amount, more, bps));
    }

    function check_share_productGrowsByAtMostTheDifference(uint256 amount, uint256 extra, uint256 bps) external pure {
        assert(productGrowsByAtMostTheDifference(amount, extra, bps));
    }

    function check_share_growsByAtMostTheDifference(uint256 amount, uint256 extra, uint256 bps) external pure {
        vm.assume(productGrowsByAtMostTheDifference(0, amount, bps));
        vm.assume(productGrowsByAtMostTheDifference(amount, extra, bps));
        assert(growsByAtMostTheDifference(amount, extra, bps));
    }

    function refute_share_togetherTheShareOfBoth(uint256 amount, uint256 bps, uint256 others) external pure {
        vm.assume(amount <= type(uint64).max && bps <= BPS && others <= BPS);
        assert(shareOf(amount, bps) + shareOf(amount, others) == shareOf(amount, uint256(bps) + others));
    }
}
