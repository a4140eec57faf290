// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "../support/Test.sol";
import {ReceiptHandler} from "./ReceiptHandler.sol";

/// @notice Anchored receipts, and receipts that contradict each other.
contract ReceiptsInvariants is Test {
    ReceiptHandler private handler;

    function setUp() external {
        handler = new ReceiptHandler();
        targetContract(address(handler));
        bytes4[] memory calls = new bytes4[](9);
        calls[0] = handler.anchorEpoch.selector;
        calls[1] = handler.anchorAgain.selector;
        calls[2] = handler.proveInclusion.selector;
        calls[3] = handler.serve.selector;
        calls[4] = handler.contradict.selector;
        calls[5] = handler.proveContradiction.selector;
        calls[6] = handler.slashWithoutCause.selector;
        calls[7] = handler.passSeconds.selector;
        calls[8] = handler.passMinutes.selector;
        targetSelector(address(handler), calls);
    }

    function invariant_22_onlyContradictionsSlashAndTheHonestKeepTheirStake() external view {
        handler.checkSlashes();
    }

    function invariant_27_aReceiptIsProvenAtItsPlaceOnly() external view {
        handler.checkAnchors();
    }
}
