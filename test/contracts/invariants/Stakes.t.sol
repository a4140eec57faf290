// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "../support/Test.sol";
import {Handler} from "./Handler.sol";

/// @notice Stakes, while jobs bind and free them.
contract StakesInvariants is Test {
    Handler private handler;

    function setUp() external {
        handler = new Handler(true);
        targetContract(address(handler));
        bytes4[] memory calls = new bytes4[](25);
        calls[0] = handler.stake.selector;
        calls[1] = handler.requestUnstake.selector;
        calls[2] = handler.withdrawStake.selector;
        calls[3] = handler.slash.selector;
        calls[4] = handler.withdrawCredit.selector;
        calls[5] = handler.revokeServiceKey.selector;
        calls[6] = handler.strangerTouchesStake.selector;
        calls[7] = handler.overreachesStake.selector;
        calls[8] = handler.createJob.selector;
        calls[9] = handler.submit.selector;
        calls[10] = handler.submitSigned.selector;
        calls[11] = handler.accept.selector;
        calls[12] = handler.settle.selector;
        calls[13] = handler.challenge.selector;
        calls[14] = handler.resolve.selector;
        calls[15] = handler.timeoutChallenge.selector;
        calls[16] = handler.expire.selector;
        calls[17] = handler.passSeconds.selector;
        calls[18] = handler.passMinutes.selector;
        calls[19] = handler.strangerTouchesJob.selector;
        calls[20] = handler.deposit.selector;
        calls[21] = handler.pauseToken.selector;
        calls[22] = handler.unpauseToken.selector;
        calls[23] = handler.blacklist.selector;
        calls[24] = handler.unblacklist.selector;
        targetSelector(address(handler), calls);
    }

    function invariant_21_registryHoldsExactlyWhatItOwes() external view {
        handler.checkStakes();
    }

    function invariant_22_nothingIsSlashedWithoutACase() external view {
        handler.checkSlashes();
    }

    function invariant_23_stakeStaysAsLongAsItsReceipts() external view {
        handler.checkBacking();
    }

    function invariant_31_nobodyMovesAnothersStake() external view {
        handler.checkBystanders();
    }
}
