// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "../support/Test.sol";
import {Handler} from "./Handler.sol";

/// @notice Jobs while no game is set: Challenged and Split cannot be reached.
contract JobsInvariants is Test {
    Handler internal handler;

    function setUp() public virtual {
        handler = new Handler(false);
        targetContract(address(handler));
        target(jobCalls());
        target(pauses());
    }

    function invariant_11_escrowHoldsExactlyWhatItOwes() external view {
        handler.checkConservation();
    }

    function invariant_12_onlyTransitionsOfTheStateMachine() external view {
        handler.checkTransitions();
    }

    function invariant_13_everyJobEndsByAnybodysCall() external {
        handler.checkLiveness();
    }

    function invariant_14_paidForTimelyResultsOnly() external view {
        handler.checkGrounds();
    }

    function invariant_15_sharesAddUpToThePrice() external view {
        handler.checkShares();
    }

    function invariant_17_termsAreThoseOfTheOpening() external view {
        handler.checkFrozenTerms();
    }

    function invariant_31_nobodyMovesAnothersMoney() external view {
        handler.checkBystanders();
    }

    function target(bytes4[] memory selectors) internal {
        targetSelector(address(handler), selectors);
    }

    function jobCalls() internal view returns (bytes4[] memory calls) {
        calls = new bytes4[](26);
        calls[0] = handler.createJob.selector;
        calls[1] = handler.createJobWithAuthorization.selector;
        calls[2] = handler.createJobAgain.selector;
        calls[3] = handler.revoke.selector;
        calls[4] = handler.decline.selector;
        calls[5] = handler.submit.selector;
        calls[6] = handler.submitSigned.selector;
        calls[7] = handler.accept.selector;
        calls[8] = handler.acceptSigned.selector;
        calls[9] = handler.settle.selector;
        calls[10] = handler.expire.selector;
        calls[11] = handler.deposit.selector;
        calls[12] = handler.depositWithAuthorization.selector;
        calls[13] = handler.withdraw.selector;
        calls[14] = handler.claimRoyalty.selector;
        calls[15] = handler.collectFees.selector;
        calls[16] = handler.changeFee.selector;
        calls[17] = handler.updateModel.selector;
        calls[18] = handler.passSeconds.selector;
        calls[19] = handler.passMinutes.selector;
        calls[20] = handler.passDays.selector;
        calls[21] = handler.strangerTouchesJob.selector;
        calls[22] = handler.strangerTouchesMoney.selector;
        calls[23] = handler.reusesSignature.selector;
        calls[24] = handler.mistimes.selector;
        calls[25] = handler.mistimesGame.selector;
    }

    function pauses() private view returns (bytes4[] memory calls) {
        calls = new bytes4[](6);
        calls[0] = handler.pauseCreation.selector;
        calls[1] = handler.unpauseCreation.selector;
        calls[2] = handler.pauseToken.selector;
        calls[3] = handler.unpauseToken.selector;
        calls[4] = handler.blacklist.selector;
        calls[5] = handler.unblacklist.selector;
    }
}
