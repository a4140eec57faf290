// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CoreDeployer} from "../../../contracts/CoreDeployer.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {JobEscrow} from "../../../contracts/JobEscrow.sol";
import {ProviderRegistry} from "../../../contracts/ProviderRegistry.sol";
import {Protocol} from "../support/Protocol.sol";

// a signature, replayed
// ├── on another deployment of the same contracts → refused: submission, acceptance, payment of a job, service key
// ├── on another chain → refused, the same
// └── for another job, or a second time → refused, or without any effect
contract SignatureReplayTest is Protocol {
    JobEscrow private twin;
    ProviderRegistry private twinRegistry;
    IJobEscrow.JobParams private params;
    bytes32 private jobId;

    function setUp() public override {
        super.setUp();
        CoreDeployer core = CoreDeployer(
            deploy("CoreDeployer.sol:CoreDeployer", abi.encode(registryConfig(), escrowConfig()))
        );
        (twinRegistry, twin) = (core.PROVIDER_REGISTRY(), core.JOB_ESCROW());
        vm.startPrank(provider.addr);
        usdc.approve(address(twinRegistry), type(uint256).max);
        twinRegistry.stake(provider.addr, MINIMUM_STAKE);
        vm.stopPrank();
        vm.startPrank(client.addr);
        usdc.approve(address(twin), type(uint256).max);
        twin.deposit(PRICE);
        params = jobParams();
        twin.createJob(params, "");
        vm.stopPrank();
        jobId = openJob(params);
    }

    function test_SignatureReplay_OnAnotherContract_OfASubmission() external {
        bytes memory signature = sign(provider.secret, submissionDigest(escrowDomain(), jobId, PRICE));
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, provider.addr));
        twin.submitSigned(params, COMMIT, REF, PRICE, signature);
        escrow.submitSigned(params, COMMIT, REF, PRICE, signature);
    }

    function test_SignatureReplay_OnAnotherContract_OfAnAcceptance() external {
        vm.startPrank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        twin.submit(params, COMMIT, REF, PRICE);
        vm.stopPrank();
        bytes memory signature = sign(client.secret, acceptanceDigest(escrowDomain(), jobId, PRICE));
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, client.addr));
        twin.acceptSigned(params, COMMIT, REF, signature);
        escrow.acceptSigned(params, COMMIT, REF, signature);
    }

    function test_SignatureReplay_OnAnotherContract_OfAPayment() external {
        params.nonce = 2;
        bytes32 next = documentedJobId(params);
        bytes memory signature = sign(client.secret, receiveDigest(client.addr, PRICE, next));
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        twin.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
        escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
    }

    function test_SignatureReplay_OnAnotherContract_OfAServiceKey() external {
        bytes memory proof = sign(serviceKey.secret, serviceKeyDigest(provider.addr, serviceKey.addr, 0));
        vm.startPrank(provider.addr);
        vm.expectPartialRevert(IProviderRegistry.BadSignature.selector);
        twinRegistry.setServiceKey(serviceKey.addr, 0, proof);
        registry.setServiceKey(serviceKey.addr, 0, proof);
        vm.stopPrank();
    }

    /// @dev All of it was signed for another chain, with the ids that things have there.
    function test_SignatureReplay_OnAnotherChain() external {
        (bytes memory submission, bytes memory payment, bytes memory proof) = this.signedOnChain(137);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, provider.addr));
        escrow.submitSigned(params, COMMIT, REF, PRICE, submission);
        vm.expectPartialRevert(IProviderRegistry.BadSignature.selector);
        vm.prank(provider.addr);
        registry.setServiceKey(serviceKey.addr, 0, proof);
        params.nonce = 2;
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, payment);
    }

    function test_SignatureReplay_OnAnotherChain_OfAnAcceptance() external {
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        bytes memory signature = this.acceptedOnChain(137);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, client.addr));
        escrow.acceptSigned(params, COMMIT, REF, signature);
    }

    function test_SignatureReplay_OfAPayment_PaysOnce() external {
        params.nonce = 2;
        bytes memory signature = sign(client.secret, receiveDigest(client.addr, PRICE, documentedJobId(params)));
        escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
        uint256 balance = usdc.balanceOf(client.addr);
        escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
        assertEq(usdc.balanceOf(client.addr), balance, "not charged again");
        params.nonce = 3;
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
    }

    function signedOnChain(uint256 chainId)
        external
        returns (bytes memory submission, bytes memory payment, bytes memory proof)
    {
        uint256 here = block.chainid;
        vm.chainId(chainId);
        (submission, payment, proof) = this.signAll();
        vm.chainId(here);
    }

    function signAll() external view returns (bytes memory submission, bytes memory payment, bytes memory proof) {
        submission = sign(provider.secret, submissionDigest(escrowDomain(), jobId, PRICE));
        IJobEscrow.JobParams memory next = params;
        next.nonce = 2;
        payment = sign(client.secret, receiveDigest(client.addr, PRICE, documentedJobId(next)));
        proof = sign(serviceKey.secret, serviceKeyDigest(provider.addr, serviceKey.addr, 0));
    }

    function acceptedOnChain(uint256 chainId) external returns (bytes memory signature) {
        uint256 here = block.chainid;
        vm.chainId(chainId);
        signature = this.signAcceptance();
        vm.chainId(here);
    }

    function signAcceptance() external view returns (bytes memory) {
        return sign(client.secret, acceptanceDigest(escrowDomain(), jobId, PRICE));
    }
}
