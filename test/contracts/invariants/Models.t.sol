// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "../support/Test.sol";
import {Handler} from "./Handler.sol";

/// @notice Models and who may use them.
contract ModelsInvariants is Test {
    Handler private handler;

    function setUp() external {
        handler = new Handler(false);
        targetContract(address(handler));
        bytes4[] memory calls = new bytes4[](11);
        calls[0] = handler.registerModel.selector;
        calls[1] = handler.updateModel.selector;
        calls[2] = handler.deprecateModel.selector;
        calls[3] = handler.offerModel.selector;
        calls[4] = handler.takeModel.selector;
        calls[5] = handler.strangerTouchesModel.selector;
        calls[6] = handler.overreachesModel.selector;
        calls[7] = handler.passMinutes.selector;
        calls[8] = handler.passDays.selector;
        calls[9] = handler.moveGateTokens.selector;
        calls[10] = handler.grantLicence.selector;
        targetSelector(address(handler), calls);
    }

    function invariant_29_onlyTheOwnerChangesAModel() external view {
        handler.checkModels();
    }

    function invariant_29_accessFollowsPolicyProofAndBalances() external {
        handler.checkAccess();
    }

    function invariant_29_licencesLastUntilTheyExpireOrAreRevoked() external {
        handler.checkGrants();
    }
}
