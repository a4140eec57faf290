// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../../contracts/interfaces/IProviderRegistry.sol";
import {TestWallet} from "../../contracts/mocks/TestWallet.sol";
import {Protocol} from "./support/Protocol.sol";

// submit
// ├── given the caller is neither provider nor a service key valid now → NotProvider
// ├── given the job is not open → WrongStatus
// ├── given submitBy is over → SubmitTooLate
// ├── when charged is below the floor or above the price → ChargeOutOfRange
// ├── given the free stake does not cover the charge → StakeTooSmall
// └── else → Submitted now, the charge and the tag are kept, exposure grows
// submitSigned
// ├── given a signature by provider (65 or 64 bytes) or valid service key → as submit, whoever relays
// ├── given a provider with code that says yes → as submit
// └── given another key, chain, contract or text, the malleable twin, or code that refuses, reverts or burns → BadSignature
contract SubmitTest is Protocol {
    IJobEscrow.JobParams private params;
    bytes32 private jobId;

    function setUp() public override {
        super.setUp();
        (params, jobId) = openJob();
    }

    function testFuzz_Submit(uint64 charged, uint40 delay) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        skip(bound(delay, 0, SUBMIT_DELAY));
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobSubmitted(jobId, provider.addr, COMMIT, REF, charged);
        submitBy(provider.addr, charged);
        assertSubmitted(charged);
    }

    function testFuzz_Submit_GivenAnotherCaller(address caller) external {
        vm.assume(caller != provider.addr && caller != address(vm));
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotProvider.selector, jobId, caller));
        submitBy(caller, PRICE);
    }

    function test_Submit_GivenAServiceKey() external {
        setServiceKey();
        submitBy(serviceKey.addr, PRICE);
        assertSubmitted(PRICE);
    }

    function test_Submit_GivenARevokedServiceKey() external {
        setServiceKey();
        vm.prank(provider.addr);
        registry.revokeServiceKey(serviceKey.addr);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotProvider.selector, jobId, serviceKey.addr));
        submitBy(serviceKey.addr, PRICE);
    }

    function test_Submit_GivenItIsNotOpen() external {
        submitBy(provider.addr, PRICE);
        expectWrongStatus(jobId, IJobEscrow.Status.Submitted);
        submitBy(provider.addr, PRICE);
        params.nonce = 99;
        expectWrongStatus(escrow.jobIdOf(params), IJobEscrow.Status.None);
        submitBy(provider.addr, PRICE);
    }

    function test_Submit_GivenItIsTooLate() external {
        skip(SUBMIT_DELAY + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.SubmitTooLate.selector, jobId, params.submitBy));
        submitBy(provider.addr, PRICE);
    }

    function testFuzz_Submit_WhenTheChargeIsOutOfRange(uint64 charged) external {
        vm.assume(charged < FLOOR || charged > PRICE);
        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.ChargeOutOfRange.selector, jobId, charged, FLOOR, PRICE)
        );
        submitBy(provider.addr, charged);
    }

    function test_Submit_GivenTooLittleFreeStake() external {
        vm.prank(provider.addr);
        registry.requestUnstake(1_000e6 - PRICE + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.StakeTooSmall.selector, provider.addr, PRICE - 1, PRICE)
        );
        submitBy(provider.addr, PRICE);
        submitBy(provider.addr, PRICE - 1);
        assertSubmitted(PRICE - 1);
    }

    function testFuzz_SubmitSigned(uint64 charged, bool compact, bool byServiceKey) external {
        charged = uint64(bound(charged, FLOOR, PRICE));
        if (byServiceKey) setServiceKey();
        uint256 secret = byServiceKey ? serviceKey.secret : provider.secret;
        bytes32 digest = submissionDigest(escrowDomain(), jobId, charged);
        submitSigned(charged, compact ? signCompact(secret, digest) : sign(secret, digest));
        assertSubmitted(charged);
    }

    function testFuzz_SubmitSigned_GivenAnotherKey(uint256 secret) external {
        secret = bound(secret, 1, type(uint128).max);
        bytes memory signature = sign(secret, submissionDigest(escrowDomain(), jobId, PRICE));
        expectBadSignature(signature);
    }

    function test_SubmitSigned_GivenAnotherDomain() external {
        bytes32 elsewhere = domainOf("JobEscrow", "1", address(registry));
        expectBadSignature(sign(provider.secret, submissionDigest(elsewhere, jobId, PRICE)));
        vm.chainId(137);
        bytes32 otherChain = escrowDomain();
        vm.chainId(31337);
        expectBadSignature(sign(provider.secret, submissionDigest(otherChain, jobId, PRICE)));
    }

    function test_SubmitSigned_GivenAnotherText() external {
        expectBadSignature(sign(provider.secret, submissionDigest(escrowDomain(), jobId, PRICE - 1)));
        expectBadSignature(sign(provider.secret, submissionDigest(escrowDomain(), "another job", PRICE)));
    }

    function test_SubmitSigned_GivenAMalformedSignature() external {
        bytes memory signature = sign(provider.secret, submissionDigest(escrowDomain(), jobId, PRICE));
        expectBadSignature(highTwin(signature));
        expectBadSignature(bytes.concat(signature, hex"00"));
        expectBadSignature("");
        signature[64] = 0x1d;
        expectBadSignature(signature);
        expectBadSignature(new bytes(65));
    }

    function test_SubmitSigned_GivenARevokedServiceKey() external {
        setServiceKey();
        vm.prank(provider.addr);
        registry.revokeServiceKey(serviceKey.addr);
        expectBadSignature(sign(serviceKey.secret, submissionDigest(escrowDomain(), jobId, PRICE)));
    }

    function test_SubmitSigned_GivenAProviderWithCode() external {
        TestWallet wallet = new TestWallet(provider.addr);
        vm.prank(provider.addr);
        registry.stake(address(wallet), 100e6);
        params.provider = address(wallet);
        jobId = openJob(params);
        bytes memory signature = sign(provider.secret, submissionDigest(escrowDomain(), jobId, PRICE));
        for (uint8 mode = 1; mode <= 3; ++mode) {
            vm.prank(provider.addr);
            wallet.setMode(TestWallet.Mode(mode));
            vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, address(wallet)));
            submitSigned(PRICE, signature);
        }
        vm.prank(provider.addr);
        wallet.setMode(TestWallet.Mode.Honest);
        submitSigned(PRICE, signature);
        assertStatus(jobId, IJobEscrow.Status.Submitted);
    }

    function test_SubmitSigned_GivenAnAccountWithCodeThatIsAlsoAKey() external {
        vm.etch(provider.addr, hex"60006000fd");
        submitSigned(PRICE, sign(provider.secret, submissionDigest(escrowDomain(), jobId, PRICE)));
        assertSubmitted(PRICE);
    }

    function submitBy(address caller, uint64 charged) private {
        vm.prank(caller);
        escrow.submit(params, COMMIT, REF, charged);
    }

    function submitSigned(uint64 charged, bytes memory signature) private {
        vm.prank(stranger.addr);
        escrow.submitSigned(params, COMMIT, REF, charged, signature);
    }

    function expectBadSignature(bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, provider.addr));
        submitSigned(PRICE, signature);
    }

    function assertSubmitted(uint64 charged) private view {
        IJobEscrow.Job memory job = escrow.jobOf(jobId);
        assertEq(uint256(job.status), uint256(IJobEscrow.Status.Submitted), "status");
        assertEq(job.time, vm.getBlockTimestamp(), "time");
        assertEq(job.charged, charged, "charged");
        assertEq(job.tag, uint144(uint256(keccak256(abi.encode(COMMIT, REF)))), "tag");
        assertEq(registry.accountOf(provider.addr).exposure, charged, "exposure");
    }
}
