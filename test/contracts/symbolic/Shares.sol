// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Proof} from "./Proof.sol";

/// @notice What holds of a share in basis points: proven in `Lemmas`, and there for other proofs to build on.
/// @dev Bit by bit these products are out of any solver's reach, so that whoever needs a fact about them assumes the very
/// expression that was proven, instead of leaving it to the solver to find it again among storage and branches.
abstract contract Shares is Proof {
    function shareOf(uint256 amount, uint256 bps) internal pure returns (uint256 share) {
        unchecked {
            return amount * bps / BPS;
        }
    }

    /// @dev Arguments are whole words: a comparison of narrower ones reaches the solver in pieces.
    function isAtMostTheAmount(uint256 amount, uint256 bps) internal pure returns (bool holds) {
        return isOutOfRange(amount, bps) || shareOf(amount, bps) <= amount;
    }

    function isAtMostShareOfBoth(uint256 amount, uint256 bps, uint256 others) internal pure returns (bool holds) {
        if (isOutOfRange(amount, bps) || others > BPS) return true;
        unchecked {
            return shareOf(amount, bps) + shareOf(amount, others) <= shareOf(amount, bps + others);
        }
    }

    function growsWithTheAmount(uint256 amount, uint256 more, uint256 bps) internal pure returns (bool holds) {
        return amount > more || isOutOfRange(more, bps) || shareOf(amount, bps) <= shareOf(more, bps);
    }

    /// @notice The product that a share is made of.
    function productGrowsByAtMostTheDifference(uint256 amount, uint256 extra, uint256 bps)
        internal
        pure
        returns (bool holds)
    {
        if (isOutOfRange(amount, bps) || extra > type(uint128).max) return true;
        unchecked {
            return (amount + extra) * bps <= amount * bps + extra * BPS;
        }
    }

    /// @notice What is left after a share grows with the amount too.
    function growsByAtMostTheDifference(uint256 amount, uint256 extra, uint256 bps)
        internal
        pure
        returns (bool holds)
    {
        if (isOutOfRange(amount, bps) || extra > type(uint128).max) return true;
        unchecked {
            return shareOf(amount + extra, bps) <= shareOf(amount, bps) + extra;
        }
    }

    /// @notice What a checked multiplication requires.
    function isDividedBack(uint256 amount, uint256 bps) internal pure returns (bool holds) {
        if (amount == 0 || isOutOfRange(amount, bps)) return true;
        unchecked {
            return amount * bps / amount == bps;
        }
    }

    function isOutOfRange(uint256 amount, uint256 bps) private pure returns (bool) {
        return amount > type(uint128).max || bps > BPS;
    }
}
