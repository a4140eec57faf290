// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IPaymentChannels} from "../../../contracts/interfaces/IPaymentChannels.sol";
import {ChannelProtocol} from "../channels/ChannelProtocol.sol";

// an account with a delegate (EIP-7702), whose key and whose code both sign
// ├── in a channel → pays by a deposit and by its delegate's EIP-1271, claims, withdraws
// └── in the escrow → pays by a deposit, submits and accepts by its delegate's EIP-1271, withdraws
contract DelegatedAccountTest is ChannelProtocol {
    function setUp() public override {
        super.setUp();
        delegate(client.addr);
        delegate(provider.addr);
    }

    function test_A7702Account_InAChannel_PaysByADepositAndByIts1271_ClaimsAndWithdraws() external {
        fund(terms(), DEPOSIT);
        IPaymentChannels.VoucherClaim[] memory byKey =
            typedRow(terms(), 40, signCompact(client.secret, voucherDigest(terms(), 40)));
        IPaymentChannels.VoucherClaim[] memory byDelegate =
            typedRow(terms(), 100, sign(stranger.secret, voucherDigest(terms(), 100)));
        vm.startPrank(provider.addr);
        assertEq(channels.claimTyped(byKey), 40, "its key signed");
        assertEq(channels.claimTyped(byDelegate), 60, "its delegate signed");
        uint256 balance = usdc.balanceOf(provider.addr);
        channels.withdraw(provider.addr, 99);
        vm.stopPrank();
        assertEq(usdc.balanceOf(provider.addr), balance + 99, "withdrawn, less the fee");
        vm.prank(client.addr);
        channels.startWithdraw(terms(), DEPOSIT);
        skip(DELAY);
        vm.prank(client.addr);
        channels.finishWithdraw(terms(), client.addr);
        assertEq(usdc.balanceOf(client.addr), WEALTH - 100, "what was not spent is back");
    }

    function test_A7702Account_InAJob_PaysByADepositAndByIts1271_IsPaidAndWithdraws() external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        bytes memory submission = sign(stranger.secret, submissionDigest(escrowDomain(), jobId, PRICE));
        escrow.submitSigned(params, COMMIT, REF, PRICE, submission);
        bytes memory acceptance = sign(stranger.secret, acceptanceDigest(escrowDomain(), jobId, PRICE));
        escrow.acceptSigned(params, COMMIT, REF, acceptance);
        uint64 earned = uint64(availableOf(provider.addr));
        assertEq(earned, PRICE - PRICE / 100 - PRICE / 20, "paid");
        uint256 balance = usdc.balanceOf(provider.addr);
        vm.prank(provider.addr);
        escrow.withdraw(provider.addr, earned);
        assertEq(usdc.balanceOf(provider.addr), balance + earned, "withdrawn");
    }
}
