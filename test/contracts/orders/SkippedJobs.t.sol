// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "../../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {GateToken} from "../policies/GateToken.sol";
import {MerkleTree} from "../support/MerkleTree.sol";
import {SignedJobs} from "./SignedJobs.sol";

// createJobs: a row is skipped, between others that are opened
// ├── given it was opened before, in whatever state, or revoked
// ├── given the balance does not cover it → another row that it covers is opened
// ├── given creation is paused → all rows
// ├── when verifyMode or groupId is set, or submitBy, window, price, floor, royalty or fee is not what it must be
// ├── given the model is unknown or deprecated, or the provider has too little stake
// ├── given the model's policy refuses: no proof, malformed proof, another's proof, a token that burns its gas
// └── when its signature is bad too → skipped before it is looked at
// checkTerms → nothing for terms that could open, else the reason
contract SkippedJobsTest is SignedJobs {
    IJobEscrow.JobParams private params;

    function setUp() public override {
        super.setUp();
        params = jobParams();
    }

    function test_SkippedJobs_GivenItWasOpenedBefore() external {
        assertOpens(signedJob(client, params));
        assertSkipped(signedJob(client, params));
        vm.prank(provider.addr);
        escrow.decline(params);
        assertSkipped(signedJob(client, params));
        assertStatus(documentedJobId(params), IJobEscrow.Status.Refunded);
    }

    function test_SkippedJobs_GivenItWasRevoked() external {
        vm.prank(client.addr);
        escrow.revoke(params);
        assertSkipped(signedJob(client, params));
    }

    function testFuzz_SkippedJobs_GivenTheBalanceDoesNotCoverIt(uint64 price) external {
        params.price = uint64(bound(price, BALANCE - PRICE + 1, type(uint64).max));
        assertSkipped(signedJob(client, params));
        params.client = stranger.addr;
        assertSkipped(signedJob(stranger, params));
    }

    function test_SkippedJobs_GivenReservedBalanceOnly() external {
        depositFor(stranger, PRICE);
        vm.prank(stranger.addr);
        escrow.reserve(1);
        params.client = stranger.addr;
        assertSkipped(signedJob(stranger, params));
        depositFor(stranger, 1);
        assertOpens(signedJob(stranger, params));
        assertEq(availableOf(stranger.addr), 0, "to the last unit");
    }

    function test_SkippedJobs_GivenCreationIsPaused() external {
        vm.prank(guardian);
        escrow.pauseCreation();
        expectReason(abi.encodeWithSelector(IEscrowAccounts.CreationPaused.selector));
        assertEq(openAll(list(signedJob(client, params))), 0, "none");
        vm.prank(owner);
        escrow.unpauseCreation();
        escrow.checkTerms(params, "");
        assertOpens(signedJob(client, params));
    }

    function test_SkippedJobs_WhenOfAnotherKind() external {
        params.verifyMode = 1;
        assertRefused(abi.encodeWithSelector(IJobEscrow.UnsupportedVerifyMode.selector, 1));
        params.verifyMode = 0;
        params.groupId = "group";
        assertRefused(abi.encodeWithSelector(IJobEscrow.UnexpectedGroup.selector, bytes32("group")));
    }

    function test_SkippedJobs_WhenTimesAreOutOfRange() external {
        uint40 earliest = uint40(vm.getBlockTimestamp()) + 5;
        uint40 latest = uint40(vm.getBlockTimestamp()) + 30 days;
        bytes4 reason = IJobEscrow.SubmitByOutOfRange.selector;
        params.submitBy = earliest - 1;
        assertRefused(abi.encodeWithSelector(reason, earliest - 1, earliest, latest));
        params.submitBy = latest + 1;
        assertRefused(abi.encodeWithSelector(reason, latest + 1, earliest, latest));
        (params.submitBy, params.challengeWindow) = (latest, 30 minutes + 1);
        assertRefused(abi.encodeWithSelector(IJobEscrow.WindowOutOfRange.selector, 30 minutes + 1, 0, 30 minutes));
    }

    function test_SkippedJobs_WhenThePriceIsBelowTheFloor() external {
        params.price = FLOOR - 1;
        assertRefused(abi.encodeWithSelector(IJobEscrow.PriceBelowFloor.selector, FLOOR - 1, FLOOR));
    }

    function test_SkippedJobs_WhenTermsAreStale() external {
        bytes memory reason = abi.encodeWithSelector(IJobEscrow.StaleTerms.selector, FLOOR, ROYALTY_BPS, FEE_BPS);
        params.floor = FLOOR - 1;
        assertRefused(reason);
        (params.floor, params.royaltyBps) = (FLOOR, ROYALTY_BPS + 1);
        assertRefused(reason);
        (params.royaltyBps, params.feeBps) = (ROYALTY_BPS, FEE_BPS + 1);
        assertRefused(reason);
    }

    function test_SkippedJobs_GivenNoSuchModel() external {
        params.modelKey = "unknown";
        assertRefused(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, bytes32("unknown")));
    }

    function test_SkippedJobs_GivenTheModelIsDeprecated() external {
        useModel(IModelRegistry.AccessPolicy.Public, 0);
        assertAllowed("");
        vm.prank(modelOwner);
        models.deprecate("second");
        assertRefused(abi.encodeWithSelector(IJobEscrow.ModelNotActive.selector, bytes32("second")));
    }

    function test_SkippedJobs_GivenTooLittleStake() external {
        params.provider = stranger.addr;
        assertRefused(
            abi.encodeWithSelector(IJobEscrow.ProviderNotStaked.selector, stranger.addr, 0, MINIMUM_STAKE)
        );
    }

    function test_SkippedJobs_WhenAPublicModelIsGivenAProof() external {
        assertRefusedWith("0");
    }

    function testFuzz_SkippedJobs_GivenAPolicyAndAMalformedProof(uint8 policy, bytes calldata proof) external {
        policy = uint8(bound(policy, 1, uint256(type(IModelRegistry.AccessPolicy).max)));
        IModelRegistry.AccessPolicy kind = IModelRegistry.AccessPolicy(policy);
        bool rootless = kind == IModelRegistry.AccessPolicy.Private;
        useModel(kind, rootless ? bytes32(0) : keccak256("a root"));
        assertRefusedWith(proof);
        assertRefusedWith("");
        // Offset and length of a path that goes on far behind its end.
        assertRefusedWith(abi.encode(uint256(32), type(uint256).max));
        assertRefusedWith(abi.encode(type(uint256).max, uint256(1)));
    }

    function test_SkippedJobs_GivenAnAllowlist() external {
        address[] memory users = new address[](2);
        (users[0], users[1]) = (client.addr, stranger.addr);
        useModel(IModelRegistry.AccessPolicy.Allowlist, MerkleTree.rootOf(users));
        assertRefusedWith(MerkleTree.proofOf(users, 1));
        assertAllowed(MerkleTree.proofOf(users, 0));
    }

    function test_SkippedJobs_GivenAGateThatBurnsItsGas() external {
        GateToken token = new GateToken();
        bytes memory gate = abi.encode(20, token, 0, 1);
        useModel(IModelRegistry.AccessPolicy.TokenGate, keccak256(gate));
        token.setMode(GateToken.Mode.BurnGas);
        assertRefusedWith(gate);
    }

    function test_SkippedJobs_WhenTheSignatureIsBadToo() external {
        params.feeBps = 0;
        assertSkipped(IJobEscrow.SignedJob(params, "", hex"1234"));
        (params.feeBps, params.price) = (FEE_BPS, BALANCE + 1);
        assertSkipped(IJobEscrow.SignedJob(params, "", hex"1234"));
        params.price = PRICE;
        vm.prank(client.addr);
        escrow.revoke(params);
        assertSkipped(IJobEscrow.SignedJob(params, "", hex"1234"));
    }

    function useModel(IModelRegistry.AccessPolicy policy, bytes32 accessRoot) private {
        vm.prank(modelOwner);
        models.register("second", 0, FLOOR, ROYALTY_BPS, policy, accessRoot);
        params.modelKey = "second";
    }

    function assertRefused(bytes memory reason) private {
        expectReason(reason);
        assertSkipped(signedJob(client, params));
    }

    function expectReason(bytes memory reason) private {
        vm.expectRevert(reason);
        escrow.checkTerms(params, "");
    }

    function assertRefusedWith(bytes memory proof) private {
        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.AccessRefused.selector, params.modelKey, params.client)
        );
        escrow.checkTerms(params, proof);
        assertSkipped(withProof(proof));
    }

    function assertAllowed(bytes memory proof) private {
        escrow.checkTerms(params, proof);
        uint256 snapshot = vm.snapshotState();
        assertOpens(withProof(proof));
        assertTrue(vm.revertToState(snapshot), "as before");
    }

    function withProof(bytes memory proof) private view returns (IJobEscrow.SignedJob memory row) {
        row = signedJob(client, params);
        row.accessProof = proof;
    }
}
