// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "../support/Test.sol";
import {OrderHandler} from "./OrderHandler.sol";

/// @notice Orders on the reserved balance and jobs that are opened by permit or by signature, among other jobs, while fees, royalties
/// and models change, the token is paused and accounts are blacklisted at times.
contract OrdersInvariants is Test {
    OrderHandler private handler;

    function setUp() external {
        handler = new OrderHandler();
        targetContract(address(handler));
        target(orderCalls());
        target(otherCalls());
    }

    function invariant_09_theTokenChangesNoEntitlement() external {
        handler.checkTokenIndependence();
    }

    function invariant_11_escrowHoldsExactlyWhatItOwes() external view {
        handler.checkConservation();
    }

    function invariant_12_onlyTransitionsOfTheStateMachine() external view {
        handler.checkTransitions();
    }

    function invariant_14_paidForTimelyResultsOnly() external view {
        handler.checkGrounds();
    }

    function invariant_15_sharesAddUpToThePrice() external view {
        handler.checkShares();
    }

    function invariant_16_aNonceIsUsedOnceAndNeverAfterItsCancellation() external view {
        handler.checkNonces();
    }

    function invariant_16_nothingIsReleasedBeforeTheDelay() external view {
        handler.checkReserves();
    }

    function invariant_17_termsAreThoseOfTheSignature() external view {
        handler.checkOrderShares();
        handler.checkFrozenTerms();
    }

    function invariant_31_nobodyMovesAnothersMoney() external view {
        handler.checkBystanders();
        handler.checkReserves();
    }

    function target(bytes4[] memory selectors) private {
        targetSelector(address(handler), selectors);
    }

    function orderCalls() private view returns (bytes4[] memory calls) {
        calls = new bytes4[](15);
        calls[0] = handler.reserve.selector;
        calls[1] = handler.startRelease.selector;
        calls[2] = handler.finishRelease.selector;
        calls[3] = handler.startCancel.selector;
        calls[4] = handler.finishCancel.selector;
        calls[5] = handler.changeCode.selector;
        calls[6] = handler.signOrder.selector;
        calls[7] = handler.settleOrders.selector;
        calls[8] = handler.createJobWithPermit.selector;
        calls[9] = handler.createJobs.selector;
        calls[10] = handler.strangerSettles.selector;
        calls[11] = handler.forgeOrder.selector;
        calls[12] = handler.strangerTouchesReserve.selector;
        calls[13] = handler.mistimesReserve.selector;
        calls[14] = handler.strangerOpens.selector;
    }

    function otherCalls() private view returns (bytes4[] memory calls) {
        calls = new bytes4[](20);
        calls[0] = handler.submit.selector;
        calls[1] = handler.accept.selector;
        calls[2] = handler.settle.selector;
        calls[3] = handler.expire.selector;
        calls[4] = handler.deposit.selector;
        calls[5] = handler.withdraw.selector;
        calls[6] = handler.claimRoyalty.selector;
        calls[7] = handler.collectFees.selector;
        calls[8] = handler.changeFee.selector;
        calls[9] = handler.updateModel.selector;
        calls[10] = handler.deprecateModel.selector;
        calls[11] = handler.passSeconds.selector;
        calls[12] = handler.passMinutes.selector;
        calls[13] = handler.passDays.selector;
        calls[14] = handler.pauseCreation.selector;
        calls[15] = handler.unpauseCreation.selector;
        calls[16] = handler.pauseToken.selector;
        calls[17] = handler.unpauseToken.selector;
        calls[18] = handler.blacklist.selector;
        calls[19] = handler.unblacklist.selector;
    }
}
