// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MerkleTree} from "./support/MerkleTree.sol";
import {IEscrowAccounts} from "../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../contracts/interfaces/IModelRegistry.sol";
import {Protocol} from "./support/Protocol.sol";

// createJob
// ├── given the caller is not the client → NotClient
// ├── given the id was opened before
// │   ├── in whatever state, terms stale or creation paused → returns the id, changes nothing
// │   └── given it was revoked → WrongStatus
// ├── given creation is paused → CreationPaused
// ├── when verifyMode or groupId is set → UnsupportedVerifyMode, UnexpectedGroup
// ├── when submitBy or window is out of bounds → SubmitByOutOfRange, WindowOutOfRange
// ├── when the price is below the floor → PriceBelowFloor
// ├── given the model is unknown or deprecated → ModelUnknown, ModelNotActive
// ├── when floor, royalty or fee is not the current one → StaleTerms
// ├── given an allowlist and no valid proof → AccessRefused
// ├── given the provider has too little stake → ProviderNotStaked
// ├── given too little balance → InsufficientBalance
// └── else → the job is open, the price is taken, JobOpened carries all terms
contract CreateJobTest is Protocol {
    IJobEscrow.JobParams private params;

    function setUp() public override {
        super.setUp();
        params = jobParams();
        depositFor(client, 10 * PRICE);
    }

    function test_CreateJob_GivenAnotherCaller() external {
        bytes32 jobId = escrow.jobIdOf(params);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotClient.selector, jobId, stranger.addr));
        vm.prank(stranger.addr);
        escrow.createJob(params, "");
    }

    function testFuzz_CreateJob_Opens(uint64 price, uint40 delay, uint32 window, uint96 nonce) external {
        params.price = uint64(bound(price, FLOOR, 10 * PRICE));
        params.submitBy = uint40(vm.getBlockTimestamp() + bound(delay, 5, 30 days));
        params.challengeWindow = uint32(bound(window, 0, 30 minutes));
        params.nonce = nonce;
        bytes32 jobId = escrow.jobIdOf(params);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobOpened(jobId, provider.addr, MODEL, params);
        vm.prank(client.addr);
        assertEq(escrow.createJob(params, ""), jobId, "returned id");
        assertStatus(jobId, IJobEscrow.Status.Open);
        assertEq(availableOf(client.addr), 10 * PRICE - params.price, "balance");
    }

    function test_CreateJob_AgainChangesNothing() external {
        bytes32 jobId = create();
        vm.prank(owner);
        escrow.setFee(200);
        vm.prank(guardian);
        escrow.pauseCreation();
        assertEq(create(), jobId, "same id");
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        assertEq(create(), jobId, "same id once submitted");
        vm.prank(client.addr);
        escrow.accept(params);
        assertEq(create(), jobId, "same id once paid");
        assertStatus(jobId, IJobEscrow.Status.Paid);
        assertEq(availableOf(client.addr), 9 * PRICE, "paid once");
    }

    function test_CreateJob_GivenItWasRevoked() external {
        vm.prank(client.addr);
        escrow.revoke(params);
        bytes32 jobId = escrow.jobIdOf(params);
        expectWrongStatus(jobId, IJobEscrow.Status.Revoked);
        create();
    }

    function test_CreateJob_GivenCreationIsPaused() external {
        vm.prank(guardian);
        escrow.pauseCreation();
        expectRefusal(abi.encodeWithSelector(IEscrowAccounts.CreationPaused.selector));
    }

    function test_CreateJob_WhenOfAnotherKind() external {
        params.verifyMode = 1;
        expectRefusal(abi.encodeWithSelector(IJobEscrow.UnsupportedVerifyMode.selector, 1));
        params.verifyMode = 0;
        params.groupId = "group";
        expectRefusal(abi.encodeWithSelector(IJobEscrow.UnexpectedGroup.selector, bytes32("group")));
    }

    function test_CreateJob_WhenSubmitByIsOutOfRange() external {
        uint40 earliest = uint40(vm.getBlockTimestamp()) + 5;
        uint40 latest = uint40(vm.getBlockTimestamp()) + 30 days;
        params.submitBy = earliest - 1;
        expectRefusal(
            abi.encodeWithSelector(IJobEscrow.SubmitByOutOfRange.selector, params.submitBy, earliest, latest)
        );
        params.submitBy = latest + 1;
        expectRefusal(
            abi.encodeWithSelector(IJobEscrow.SubmitByOutOfRange.selector, params.submitBy, earliest, latest)
        );
    }

    function test_CreateJob_WhenWindowIsOutOfRange() external {
        params.challengeWindow = 30 minutes + 1;
        expectRefusal(
            abi.encodeWithSelector(IJobEscrow.WindowOutOfRange.selector, params.challengeWindow, 0, 30 minutes)
        );
    }

    function test_CreateJob_WhenThePriceIsBelowTheFloor() external {
        params.price = FLOOR - 1;
        expectRefusal(abi.encodeWithSelector(IJobEscrow.PriceBelowFloor.selector, FLOOR - 1, FLOOR));
    }

    function test_CreateJob_GivenNoSuchModel() external {
        params.modelKey = "unknown";
        expectRefusal(abi.encodeWithSelector(IModelRegistry.ModelUnknown.selector, bytes32("unknown")));
    }

    function test_CreateJob_GivenTheModelIsDeprecated() external {
        vm.prank(modelOwner);
        models.deprecate(MODEL);
        expectRefusal(abi.encodeWithSelector(IJobEscrow.ModelNotActive.selector, MODEL));
    }

    function test_CreateJob_WhenTermsAreStale() external {
        bytes memory stale = abi.encodeWithSelector(IJobEscrow.StaleTerms.selector, FLOOR, ROYALTY_BPS, FEE_BPS);
        params.floor = FLOOR - 1;
        expectRefusal(stale);
        params.floor = FLOOR;
        params.royaltyBps = ROYALTY_BPS + 1;
        expectRefusal(stale);
        params.royaltyBps = ROYALTY_BPS;
        params.feeBps = FEE_BPS - 1;
        expectRefusal(stale);
    }

    function test_CreateJob_GivenAnAllowlist() external {
        address[] memory users = new address[](4);
        (users[0], users[1], users[2], users[3]) = (stranger.addr, client.addr, owner, treasury);
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR, ROYALTY_BPS, IModelRegistry.AccessPolicy.Allowlist, MerkleTree.rootOf(users));
        bytes memory refused = abi.encodeWithSelector(IJobEscrow.AccessRefused.selector, MODEL, client.addr);
        expectRefusal(refused);
        bytes memory proofOfAnother = MerkleTree.proofOf(users, 0);
        vm.expectRevert(refused);
        vm.prank(client.addr);
        escrow.createJob(params, proofOfAnother);

        bytes memory proof = MerkleTree.proofOf(users, 1);
        vm.prank(client.addr);
        assertStatus(escrow.createJob(params, proof), IJobEscrow.Status.Open);
    }

    function test_CreateJob_GivenAPublicModelAndAProof() external {
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.AccessRefused.selector, MODEL, client.addr));
        vm.prank(client.addr);
        escrow.createJob(params, hex"00");
    }

    function testFuzz_CreateJob_GivenTooLittleStake(uint128 stake) external {
        stake = uint128(bound(stake, 0, MINIMUM_STAKE - 1));
        params.provider = stranger.addr;
        if (stake != 0) {
            vm.prank(stranger.addr);
            registry.stake(stranger.addr, stake);
        }
        expectRefusal(
            abi.encodeWithSelector(IJobEscrow.ProviderNotStaked.selector, stranger.addr, stake, MINIMUM_STAKE)
        );
    }

    function testFuzz_CreateJob_GivenTooLittleBalance(uint64 price) external {
        params.price = uint64(bound(price, 10 * PRICE + 1, type(uint64).max));
        expectRefusal(
            abi.encodeWithSelector(
                IEscrowAccounts.InsufficientBalance.selector, client.addr, 10 * PRICE, params.price
            )
        );
    }

    function create() private returns (bytes32) {
        vm.prank(client.addr);
        return escrow.createJob(params, "");
    }

    function expectRefusal(bytes memory reason) private {
        vm.expectRevert(reason);
        create();
        assertEq(availableOf(client.addr), 10 * PRICE, "nothing charged");
    }
}
