// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "../../contracts/interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {TestWallet} from "../../contracts/mocks/TestWallet.sol";
import {Protocol} from "./support/Protocol.sol";

// createJobWithAuthorization
// ├── given the id was opened before → returns the id, although the authorization is used up; the token is not touched
// ├── given it was revoked → WrongStatus
// ├── given the authorization was cancelled or is not signed by the client → the token's reason
// ├── when any term differs from the signed ones → the token's reason
// ├── when somebody else tries to use the authorization → the token's reason, and it still works here
// ├── given the token is paused or the client is blacklisted → the token's reason; later it works
// ├── given terms that may not open → the same errors as createJob
// └── else, whoever relays → the job is open, paid from the client's wallet, its balance here untouched
contract CreateJobWithAuthorizationTest is Protocol {
    IJobEscrow.JobParams private params;
    bytes32 private jobId;
    bytes private signature;

    function setUp() public override {
        super.setUp();
        prepare(jobParams());
    }

    function testFuzz_CreateJobWithAuthorization_Opens(uint64 price, uint96 nonce, address relay) external {
        vm.assume(relay != address(0) && relay != address(vm));
        params.price = uint64(bound(price, FLOOR, WEALTH));
        params.nonce = nonce;
        prepare(params);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobOpened(jobId, provider.addr, MODEL, params);
        vm.prank(relay);
        assertEq(create(), jobId, "returned id");
        assertStatus(jobId, IJobEscrow.Status.Open);
        assertEq(usdc.balanceOf(client.addr), WEALTH - params.price, "wallet");
        assertEq(usdc.balanceOf(address(escrow)), params.price, "escrow");
        assertEq(availableOf(client.addr), 0, "balance in the books");
    }

    function test_CreateJobWithAuthorization_AgainChangesNothing() external {
        create();
        assertTrue(usdc.authorizationState(client.addr, jobId), "used up");
        vm.prank(tokenAdmin);
        usdc.pause();
        assertEq(create(), jobId, "same id");
        vm.prank(provider.addr);
        escrow.decline(params);
        assertEq(create(), jobId, "same id once refunded");
        assertStatus(jobId, IJobEscrow.Status.Refunded);
        assertEq(usdc.balanceOf(client.addr), WEALTH - PRICE, "paid once");
        assertEq(availableOf(client.addr), PRICE, "refunded once");
    }

    function test_CreateJobWithAuthorization_GivenTheJobWasOpenedFromBalance() external {
        openJob(params);
        assertEq(create(), jobId, "same id");
        assertFalse(usdc.authorizationState(client.addr, jobId), "authorization untouched");
    }

    function test_CreateJobWithAuthorization_GivenItWasRevoked() external {
        vm.prank(client.addr);
        escrow.revoke(params);
        expectWrongStatus(jobId, IJobEscrow.Status.Revoked);
        create();
    }

    function test_CreateJobWithAuthorization_GivenItWasCancelled() external {
        bytes32 typeHash = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
        bytes32 digest = digestOf(tokenDomain(), keccak256(abi.encode(typeHash, client.addr, jobId)));
        usdc.cancelAuthorization(client.addr, jobId, sign(client.secret, digest));
        expectRefusal("FiatTokenV2: authorization is used or canceled");
    }

    function test_CreateJobWithAuthorization_GivenAnotherSigner() external {
        signature = sign(stranger.secret, receiveDigest(client.addr, PRICE, jobId));
        expectRefusal("FiatTokenV2: invalid signature");
    }

    function test_CreateJobWithAuthorization_GivenTheMalleableTwin() external {
        signature = highTwin(signature);
        expectRefusal("ECRecover: invalid signature 's' value");
    }

    function testFuzz_CreateJobWithAuthorization_WhenATermDiffers(uint8 field, uint96 other) external {
        other = uint96(bound(other, 2, type(uint96).max));
        field = uint8(bound(field, 0, 5));
        if (field == 0) params.inputRef = bytes32(uint256(other));
        if (field == 1) params.inputCommit = bytes32(uint256(other));
        if (field == 2) params.nonce = other;
        if (field == 3) params.challengeWindow = uint32(bound(other, WINDOW + 1, 30 minutes));
        if (field == 4) params.price = uint64(bound(other, PRICE + 1, WEALTH));
        if (field == 5) params.submitBy += uint40(bound(other, 1, 1 days));
        expectRefusal("FiatTokenV2: invalid signature");
    }

    function test_CreateJobWithAuthorization_WhenFrontRun() external {
        vm.expectRevert(bytes("FiatTokenV2: caller must be the payee"));
        vm.prank(stranger.addr);
        usdc.receiveWithAuthorization(client.addr, address(escrow), PRICE, 0, type(uint256).max, jobId, signature);

        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        vm.prank(stranger.addr);
        usdc.transferWithAuthorization(client.addr, address(escrow), PRICE, 0, type(uint256).max, jobId, signature);

        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        vm.prank(stranger.addr);
        escrow.depositWithAuthorization(client.addr, PRICE, jobId, 0, type(uint256).max, signature);

        vm.prank(stranger.addr);
        assertEq(create(), jobId, "still works, whoever relays");
    }

    function test_CreateJobWithAuthorization_GivenThePaymentIsNotValidNow() external {
        bytes memory early = "FiatTokenV2: authorization is not yet valid";
        uint256 time = vm.getBlockTimestamp();
        vm.expectRevert(early);
        escrow.createJobWithAuthorization(params, "", time, type(uint256).max, signature);
        vm.expectRevert(bytes("FiatTokenV2: authorization is expired"));
        escrow.createJobWithAuthorization(params, "", 0, time, signature);
    }

    function test_CreateJobWithAuthorization_GivenTheTokenIsPaused() external {
        vm.prank(tokenAdmin);
        usdc.pause();
        expectRefusal("Pausable: paused");
        vm.prank(tokenAdmin);
        usdc.unpause();
        assertEq(create(), jobId, "later it works");
    }

    function test_CreateJobWithAuthorization_GivenTheClientIsBlacklisted() external {
        vm.prank(tokenAdmin);
        usdc.blacklist(client.addr);
        expectRefusal("Blacklistable: account is blacklisted");
    }

    function test_CreateJobWithAuthorization_GivenTermsThatMayNotOpen() external {
        params.feeBps = FEE_BPS + 1;
        prepare(params);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.StaleTerms.selector, FLOOR, ROYALTY_BPS, FEE_BPS));
        create();
        params.feeBps = FEE_BPS;
        params.provider = stranger.addr;
        prepare(params);
        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.ProviderNotStaked.selector, stranger.addr, 0, MINIMUM_STAKE)
        );
        create();
        vm.prank(guardian);
        escrow.pauseCreation();
        vm.expectRevert(IEscrowAccounts.CreationPaused.selector);
        create();
    }

    function test_CreateJobWithAuthorization_GivenAnAccountWithCode() external {
        TestWallet wallet = new TestWallet(client.addr);
        vm.prank(tokenAdmin);
        usdc.mint(address(wallet), PRICE);
        params.client = address(wallet);
        prepare(params);
        assertEq(create(), jobId, "opened by EIP-1271");
        assertEq(usdc.balanceOf(address(wallet)), 0, "wallet paid");
    }

    function prepare(IJobEscrow.JobParams memory terms) private {
        params = terms;
        jobId = escrow.jobIdOf(terms);
        signature = sign(client.secret, receiveDigest(terms.client, terms.price, jobId));
    }

    function create() private returns (bytes32) {
        return escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
    }

    function expectRefusal(string memory reason) private {
        vm.expectRevert(bytes(reason));
        create();
        assertEq(usdc.balanceOf(address(escrow)), 0, "nothing charged");
    }
}
