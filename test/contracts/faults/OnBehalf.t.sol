// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "../support/Protocol.sol";

// what one party must not do for another
// ├── acknowledge a result on behalf of the user → refused, whoever tries and whatever was signed
// ├── deposit or stake from the allowance of a third person → only the caller's own money moves
// └── burn an authorization by another entry point → refused, and it still buys what it was made for
contract OnBehalfTest is Protocol {
    bytes32 private constant DEPOSIT_TYPEHASH = keccak256("Deposit(address from,uint64 amount,bytes32 salt)");
    bytes32 private constant SALT = keccak256("salt");

    function test_AcknowledgeOnBehalfOfTheUser_IsRefused() external {
        setServiceKey();
        (IJobEscrow.JobParams memory params, bytes32 jobId) = submitJob(PRICE);
        Key[3] memory others = [provider, serviceKey, stranger];
        bytes32 digest = acceptanceDigest(escrowDomain(), jobId, PRICE);
        for (uint256 i = 0; i < others.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotClient.selector, jobId, others[i].addr));
            vm.prank(others[i].addr);
            escrow.accept(params);
            bytes memory signature = sign(others[i].secret, digest);
            vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, client.addr));
            vm.prank(others[i].addr);
            escrow.acceptSigned(params, COMMIT, REF, signature);
        }
        bytes memory twin = highTwin(sign(client.secret, digest));
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.BadSignature.selector, client.addr));
        escrow.acceptSigned(params, COMMIT, REF, twin);
        assertStatus(jobId, IJobEscrow.Status.Submitted);
        assertEq(availableOf(provider.addr), 0, "nothing was paid");
    }

    function testFuzz_AllowanceOfAThirdPerson_IsNotDrainedByADeposit(uint64 amount) external {
        amount = uint64(bound(amount, 1, WEALTH));
        vm.startPrank(stranger.addr);
        escrow.deposit(amount);
        assertEq(usdc.balanceOf(stranger.addr), WEALTH - amount, "the caller pays");
        assertEq(usdc.balanceOf(client.addr), WEALTH, "the client, who approved the escrow, does not");
        assertEq(availableOf(client.addr), 0, "nor is it credited");
        usdc.approve(address(registry), 0);
        vm.expectRevert(bytes("ERC20: transfer amount exceeds allowance"));
        registry.stake(client.addr, amount);
        vm.stopPrank();
        assertEq(usdc.balanceOf(client.addr), WEALTH, "a stake for the client is not the client's to pay");
    }

    function testFuzz_AllowanceOfAThirdPerson_IsNotDrainedByAJob(bytes32 commit) external {
        IJobEscrow.JobParams memory params = jobParams();
        params.inputCommit = commit;
        bytes32 jobId = documentedJobId(params);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.NotClient.selector, jobId, stranger.addr));
        vm.prank(stranger.addr);
        escrow.createJob(params, "");
        bytes memory signature = sign(stranger.secret, receiveDigest(client.addr, PRICE, jobId));
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        vm.prank(stranger.addr);
        escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
        assertEq(usdc.balanceOf(client.addr), WEALTH, "untouched");
    }

    function testFuzz_Authorization_IsNotBurntByAnotherEntryPoint(uint64 amount) external {
        amount = uint64(bound(amount, FLOOR, WEALTH));
        bytes32 nonce = keccak256(abi.encode(DEPOSIT_TYPEHASH, client.addr, amount, SALT));
        bytes memory signature = sign(client.secret, receiveDigest(client.addr, amount, nonce));
        vm.startPrank(stranger.addr);
        vm.expectRevert(bytes("FiatTokenV2: caller must be the payee"));
        usdc.receiveWithAuthorization(client.addr, address(escrow), amount, 0, type(uint256).max, nonce, signature);
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        usdc.transferWithAuthorization(client.addr, address(escrow), amount, 0, type(uint256).max, nonce, signature);
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        escrow.depositWithAuthorization(client.addr, amount, nonce, 0, type(uint256).max, signature);
        IJobEscrow.JobParams memory params = jobParams();
        params.price = amount;
        vm.expectRevert(bytes("FiatTokenV2: invalid signature"));
        escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
        assertFalse(usdc.authorizationState(client.addr, nonce), "not used");
        escrow.depositWithAuthorization(client.addr, amount, SALT, 0, type(uint256).max, signature);
        vm.stopPrank();
        assertEq(availableOf(client.addr), amount, "it buys what it was made for");
    }
}
