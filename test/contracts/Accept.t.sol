// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {TestWallet} from "../../contracts/mocks/TestWallet.sol";
import {Protocol} from "./support/Protocol.sol";

// accept
// ├── given the caller is not the client → NotClient
// ├── given the job is not submitted → WrongStatus
// └── else → paid at once: provider, fee, royalty and refund add up to the price; exposure is freed
// acceptSigned
// ├── given the job is not submitted → WrongStatus
// ├── when commitment or reference is not the submitted one → ResultMismatch
// ├── given another key, domain or charge, or the malleable twin → BadSignature
// └── given a signature by the client (65 or 64 bytes) or its code → as accept, whoever relays
contract AcceptTest is Protocol {
    IJobEscrow.JobParams private params;
    bytes32 private jobId;

    function testFuzz_Accept(uint64 charged) external {
        charged = submitted(charged);
        (uint64 fee, uint64 royalty) = (charged / 100, charged / 20);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobPaid(
            jobId, provider.addr, charged - fee - royalty, fee, royalty, PRICE - charged
        );
        vm.prank(client.addr);
        escrow.accept(params);
        assertPaid(charged);
    }

    function test_Accept_GivenAnotherCaller() external {
        submitted(PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotClient.selector, jobId, provider.addr));
        vm.prank(provider.addr);
        escrow.accept(params);
    }

    function test_Accept_GivenItIsNotSubmitted() external {
        (params, jobId) = openJob();
        expectWrongStatus(jobId, IJobEscrow.Status.Open);
        accept();
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        accept();
        expectWrongStatus(jobId, IJobEscrow.Status.Paid);
        accept();
        assertPaid(PRICE);
    }

    function test_Accept_GivenTermsChangedAfterOpening() external {
        submitted(PRICE);
        vm.prank(owner);
        escrow.setFee(500);
        vm.prank(modelOwner);
        models.update(MODEL, 2 * PRICE, 3_000, IModelRegistry.AccessPolicy.Public, 0);
        accept();
        assertPaid(PRICE);
    }

    function test_Accept_GivenTheTokenIsPausedAndAllAreBlacklisted() external {
        submitted(PRICE);
        vm.startPrank(tokenAdmin);
        usdc.pause();
        usdc.blacklist(provider.addr);
        usdc.blacklist(client.addr);
        vm.stopPrank();
        accept();
        assertPaid(PRICE);
    }

    function testFuzz_AcceptSigned(uint64 charged, bool compact) external {
        charged = submitted(charged);
        bytes32 digest = acceptanceDigest(escrowDomain(), jobId, charged);
        acceptSigned(compact ? signCompact(client.secret, digest) : sign(client.secret, digest));
        assertPaid(charged);
    }

    function test_AcceptSigned_GivenItIsNotSubmitted() external {
        (params, jobId) = openJob();
        expectWrongStatus(jobId, IJobEscrow.Status.Open);
        acceptSigned("");
    }

    function testFuzz_AcceptSigned_WhenTheResultDiffers(bytes32 commit, bytes32 ref) external {
        vm.assume(commit != COMMIT || ref != REF);
        submitted(PRICE);
        bytes memory signature = sign(client.secret, acceptanceDigest(escrowDomain(), jobId, PRICE));
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.ResultMismatch.selector, jobId));
        escrow.acceptSigned(params, commit, ref, signature);
    }

    function test_AcceptSigned_GivenABadSignature() external {
        submitted(PRICE);
        bytes32 digest = acceptanceDigest(escrowDomain(), jobId, PRICE);
        expectBadSignature(sign(provider.secret, digest));
        expectBadSignature(highTwin(sign(client.secret, digest)));
        expectBadSignature(sign(client.secret, acceptanceDigest(escrowDomain(), jobId, PRICE - 1)));
        expectBadSignature(sign(client.secret, acceptanceDigest(tokenDomain(), jobId, PRICE)));
        expectBadSignature(sign(client.secret, submissionDigest(escrowDomain(), jobId, PRICE)));
        expectBadSignature("");
    }

    function test_AcceptSigned_GivenAClientWithCode() external {
        TestWallet wallet = new TestWallet(client.addr);
        vm.prank(tokenAdmin);
        usdc.mint(address(wallet), PRICE);
        params = jobParams();
        params.client = address(wallet);
        jobId = escrow.jobIdOf(params);
        escrow.createJobWithAuthorization(
            params, "", 0, type(uint256).max, sign(client.secret, receiveDigest(address(wallet), PRICE, jobId))
        );
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        bytes memory signature = sign(client.secret, acceptanceDigest(escrowDomain(), jobId, PRICE));
        vm.prank(client.addr);
        wallet.setMode(TestWallet.Mode.BurnGas);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, address(wallet)));
        acceptSigned(signature);
        vm.prank(client.addr);
        wallet.setMode(TestWallet.Mode.ReturnBomb);
        uint256 gasBefore = gasleft();
        acceptSigned(signature);
        assertLt(gasBefore - gasleft(), 400_000, "the answer is not copied whole");
        assertStatus(jobId, IJobEscrow.Status.Paid);
    }

    function submitted(uint64 charged) private returns (uint64) {
        charged = uint64(bound(charged, FLOOR, PRICE));
        (params, jobId) = submitJob(charged);
        return charged;
    }

    function accept() private {
        vm.prank(client.addr);
        escrow.accept(params);
    }

    function acceptSigned(bytes memory signature) private {
        vm.prank(stranger.addr);
        escrow.acceptSigned(params, COMMIT, REF, signature);
    }

    function expectBadSignature(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, client.addr));
        acceptSigned(signature);
    }

    function assertPaid(uint64 charged) private view {
        (uint64 fee, uint64 royalty) = (charged / 100, charged / 20);
        assertStatus(jobId, IJobEscrow.Status.Paid);
        assertEq(availableOf(provider.addr), charged - fee - royalty, "provider");
        assertEq(availableOf(client.addr), PRICE - charged, "client");
        assertEq(escrow.proceedsOf(MODEL).royalty, royalty, "royalty");
        assertEq(escrow.proceedsOf(MODEL).fee, fee, "fee");
        assertEq(registry.accountOf(provider.addr).exposure, 0, "exposure");
    }
}
