// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Handler} from "./Handler.sol";
import {JobsInvariants} from "./Jobs.t.sol";

/// @notice The same promises where a game is set and challenges, decides or falls silent.
contract DisputesInvariants is JobsInvariants {
    function setUp() public override {
        handler = new Handler(true);
        targetContract(address(handler));
        bytes4[] memory calls = new bytes4[](7);
        calls[0] = handler.challenge.selector;
        calls[1] = handler.resolve.selector;
        calls[2] = handler.timeoutChallenge.selector;
        calls[3] = handler.pauseToken.selector;
        calls[4] = handler.unpauseToken.selector;
        calls[5] = handler.blacklist.selector;
        calls[6] = handler.unblacklist.selector;
        target(jobCalls());
        target(calls);
    }
}
