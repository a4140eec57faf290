// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Test} from "../support/Test.sol";
import {ChannelHandler} from "./ChannelHandler.sol";

/// @notice Payment channels, while the token is paused and accounts are blacklisted at times.
contract ChannelsInvariants is Test {
    ChannelHandler private handler;

    function setUp() external {
        handler = new ChannelHandler();
        targetContract(address(handler));
        bytes4[] memory calls = new bytes4[](27);
        calls[0] = handler.deposit.selector;
        calls[1] = handler.depositWithAuthorization.selector;
        calls[2] = handler.depositWithPermit.selector;
        calls[3] = handler.signMore.selector;
        calls[4] = handler.claim.selector;
        calls[5] = handler.claimTyped.selector;
        calls[6] = handler.claimInAnyOrder.selector;
        calls[7] = handler.replay.selector;
        calls[8] = handler.withdraw.selector;
        calls[9] = handler.withdrawInVain.selector;
        calls[10] = handler.refund.selector;
        calls[11] = handler.collectChannelFees.selector;
        calls[12] = handler.startWithdraw.selector;
        calls[13] = handler.finishWithdraw.selector;
        calls[14] = handler.pauseDeposits.selector;
        calls[15] = handler.unpauseDeposits.selector;
        calls[16] = handler.forgeVoucher.selector;
        calls[17] = handler.claimFromNothing.selector;
        calls[18] = handler.strangerTouchesChannel.selector;
        calls[19] = handler.overreachesChannel.selector;
        calls[20] = handler.passSeconds.selector;
        calls[21] = handler.passMinutes.selector;
        calls[22] = handler.passDays.selector;
        calls[23] = handler.pauseToken.selector;
        calls[24] = handler.unpauseToken.selector;
        calls[25] = handler.blacklist.selector;
        calls[26] = handler.unblacklist.selector;
        targetSelector(address(handler), calls);
    }

    function invariant_01_channelsHoldExactlyWhatTheyOwe() external view {
        handler.checkSolvency();
    }

    function invariant_02_nothingIsClaimedAboveTheDeposit() external view {
        handler.checkDeposits();
    }

    function invariant_03_nothingIsClaimedThatWasNotSigned() external view {
        handler.checkSignatures();
    }

    function invariant_04_claimsOnlyGrowAndReplaysChangeNothing() external {
        handler.checkMonotone();
    }

    function invariant_05_theOrderOfClaimsDoesNotMatter() external view {
        handler.checkFee();
    }

    function invariant_06_forgedVouchersGainNothing() external view {
        handler.checkBreaches();
    }

    function invariant_07_aBatchIsTheSumOfItsRows() external view {
        handler.checkSignatures();
        handler.checkBreaches();
    }

    function invariant_08_whatWasSignedComesBeforeAWithdrawal() external {
        handler.checkWithdrawRace();
    }

    function invariant_09_theTokenChangesNoEntitlement() external view {
        handler.checkEntitlements();
    }

    function invariant_10_theFeeIsItsShareOfAllThatWasEarned() external view {
        handler.checkFee();
    }

    function invariant_32_aClaimTouchesASlotARowAndOneMore() external view {
        handler.checkBreaches();
    }

    function invariant_31_nobodyMovesAnothersDeposit() external view {
        handler.checkWallets();
    }
}
