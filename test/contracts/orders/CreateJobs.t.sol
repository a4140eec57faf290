// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable avoid-low-level-calls

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {CallingWallet} from "./CallingWallet.sol";
import {SignedJobs} from "./SignedJobs.sol";

// createJobs
// ├── when there are no rows → nothing
// ├── when the client's key signed, in 65 bytes or in EIP-2098's 64 → open, paid from its balance, whoever relays
// ├── given a client without code that did not sign → BadRowSignature(row, client), nothing is opened
// ├── given a client with code
// │   ├── when its key signed (EIP-7702) or its code agrees → open
// │   ├── when its code refuses, reverts or burns its gas → the row is skipped
// │   └── when its code calls back → it can change nothing
// ├── when a field has bits above its type → reverts
// └── when a row stands there twice → once
contract CreateJobsTest is SignedJobs {
    function testFuzz_CreateJobs(uint64 price, uint96 nonce, bool compact, address relay) external {
        IJobEscrow.JobParams memory params = jobParams();
        params.price = uint64(bound(price, FLOOR, BALANCE));
        params.nonce = nonce;
        bytes32 id = documentedJobId(params);
        bytes memory signature = compact ? signCompact(client.secret, id) : sign(client.secret, id);
        uint256 held = usdc.balanceOf(address(escrow));
        IJobEscrow.SignedJob[] memory jobs = list(IJobEscrow.SignedJob(params, "", signature));
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobOpened(id, provider.addr, MODEL, params);
        vm.prank(relay);
        assertEq(escrow.createJobs(jobs), 1, "opened");
        assertStatus(id, IJobEscrow.Status.Open);
        assertEq(availableOf(client.addr), BALANCE - params.price, "balance");
        assertEq(usdc.balanceOf(address(escrow)), held, "no token moved");
    }

    function test_CreateJobs_WhenThereAreNoRows() external {
        assertEq(openAll(new IJobEscrow.SignedJob[](0)), 0, "nothing");
    }

    function test_CreateJobs_OfSeveralClients() external {
        IJobEscrow.SignedJob[] memory jobs = new IJobEscrow.SignedJob[](3);
        (jobs[0], jobs[1], jobs[2]) = (jobOf(client, 1), jobOf(other, 1), jobOf(client, 2));
        assertEq(openAll(jobs), 3, "opened");
        assertEq(availableOf(client.addr), BALANCE - 2 * PRICE, "one client");
        assertEq(availableOf(other.addr), BALANCE - PRICE, "the other");
        assertEq(openAll(jobs), 0, "the same again");
        assertEq(availableOf(client.addr), BALANCE - 2 * PRICE, "paid once");
    }

    function test_CreateJobs_WhenARowStandsThereTwice() external {
        IJobEscrow.SignedJob[] memory jobs = new IJobEscrow.SignedJob[](2);
        (jobs[0], jobs[1]) = (jobOf(client, 1), jobOf(client, 1));
        assertEq(openAll(jobs), 1, "once");
        assertEq(availableOf(client.addr), BALANCE - PRICE, "paid once");
    }

    /// @dev An opened row goes the way of every job.
    function test_CreateJobs_IsAJobAsAnyOther() external {
        IJobEscrow.SignedJob memory row = jobOf(client, 1);
        assertOpens(row);
        vm.prank(provider.addr);
        escrow.submit(row.params, COMMIT, REF, PRICE - 1);
        vm.prank(client.addr);
        escrow.accept(row.params);
        assertStatus(documentedJobId(row.params), IJobEscrow.Status.Paid);
        assertEq(availableOf(client.addr), BALANCE - PRICE + 1, "refund");
    }

    function testFuzz_CreateJobs_WhenTheClientDidNotSign(bytes calldata signature) external {
        assertBad(IJobEscrow.SignedJob(jobParams(), "", signature));
    }

    function test_CreateJobs_WhenAnotherKeySignedOrMalformed() external {
        assertBad(signedJob(stranger, jobParams()));
        IJobEscrow.SignedJob memory row = jobOf(client, 1);
        row.clientSignature = highTwin(row.clientSignature);
        assertBad(row);
        row.clientSignature = "";
        assertBad(row);
        row = jobOf(client, 1);
        row.params.inputRef = "another input";
        assertBad(row);
    }

    function test_CreateJobs_GivenAWallet_WhenItAgrees() external {
        IJobEscrow.JobParams memory params = walletJob(walletWithBalance(BALANCE));
        assertOpens(signedJob(client, params));
        assertEq(availableOf(params.client), BALANCE - PRICE, "the wallet pays");
        assertEq(availableOf(client.addr), BALANCE, "not its owner");
    }

    function test_CreateJobs_GivenAWallet_WhenItMisbehaves() external {
        TestWallet wallet = walletWithBalance(BALANCE);
        assertSkipped(signedJob(stranger, walletJob(wallet)));
        for (uint256 mode = 1; mode < uint256(TestWallet.Mode.ReturnBomb); ++mode) {
            vm.prank(client.addr);
            wallet.setMode(TestWallet.Mode(mode));
            assertSkipped(signedJob(client, walletJob(wallet)));
        }
        vm.prank(client.addr);
        wallet.setMode(TestWallet.Mode.ReturnBomb);
        assertOpens(signedJob(client, walletJob(wallet)));
    }

    function test_CreateJobs_GivenA7702Account() external {
        delegate(client.addr);
        assertOpens(jobOf(client, 1));
        IJobEscrow.JobParams memory params = jobParams();
        params.nonce = 2;
        assertOpens(signedJob(stranger, params));
    }

    /// @dev Whether it calls a guarded function or one without a guard: a static call changes nothing.
    function test_CreateJobs_GivenAWallet_WhenItCallsBack() external {
        bytes[2] memory calls = [
            abi.encodeCall(IJobEscrow.createJobs, (list(jobOf(client, 5)))),
            abi.encodeCall(IEscrowOrders.startRelease, (0))
        ];
        models.register("free", 0, 0, 0, IModelRegistry.AccessPolicy.Public, 0);
        IJobEscrow.JobParams memory params = jobParams();
        (params.modelKey, params.price, params.floor, params.royaltyBps) = ("free", 0, 0, 0);
        for (uint256 i; i < calls.length; ++i) {
            params.client = address(new CallingWallet(address(escrow), calls[i]));
            assertOpens(IJobEscrow.SignedJob(params, "", ""));
        }
        assertStatus(documentedJobId(jobOf(client, 5).params), IJobEscrow.Status.None);
        (bool free,) = address(escrow).call(calls[0]);
        assertTrue(free, "it works when nothing else goes on");
        assertStatus(documentedJobId(jobOf(client, 5).params), IJobEscrow.Status.Open);
    }

    function testFuzz_CreateJobs_WhenAFieldIsOutOfRange(uint8 field, uint256 dirt) external {
        uint8[10] memory fields = [0, 1, 5, 6, 7, 8, 9, 10, 11, 13];
        uint8[10] memory bits = [160, 160, 64, 64, 40, 32, 16, 16, 8, 96];
        field = uint8(bound(field, 0, 9));
        dirt = bound(dirt, 1, type(uint256).max >> bits[field]) << bits[field];
        bytes memory words = abi.encode(jobParams());
        soil(words, uint256(fields[field]) * 32, dirt);
        bytes32 id = digestOf(escrowDomain(), keccak256(bytes.concat(JOB_PARAMS_TYPEHASH, words)));
        IJobEscrow.SignedJob memory row = IJobEscrow.SignedJob(jobParams(), "", sign(client.secret, id));
        bytes memory data = abi.encodeCall(IJobEscrow.createJobs, (list(row)));
        // Before the words of the terms: the selector, the list's offset and length, the row's offset.
        soil(data, 4 + 3 * 32 + uint256(fields[field]) * 32, dirt);
        (bool done,) = address(escrow).call(data);
        assertFalse(done, "reverted");
        assertEq(availableOf(client.addr), BALANCE, "nothing opened");
    }

    function assertBad(IJobEscrow.SignedJob memory bad) private {
        IJobEscrow.SignedJob[] memory jobs = new IJobEscrow.SignedJob[](2);
        (jobs[0], jobs[1]) = (jobOf(other, 1), bad);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowOrders.BadRowSignature.selector, 1, bad.params.client)
        );
        openAll(jobs);
        assertEq(availableOf(other.addr), BALANCE, "nothing opened");
    }

    function walletJob(TestWallet wallet) private view returns (IJobEscrow.JobParams memory params) {
        params = jobParams();
        params.client = address(wallet);
    }

    function soil(bytes memory data, uint256 position, uint256 dirt) private pure {
        assembly ("memory-safe") {
            let place := add(add(data, 0x20), position)
            mstore(place, or(mload(place), dirt))
        }
    }
}
