// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CoreDeployer} from "../../../contracts/CoreDeployer.sol";
import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {JobEscrow} from "../../../contracts/JobEscrow.sol";
import {OrderProtocol} from "../orders/OrderProtocol.sol";

// A fault seen in others: signature replay on another chain or contract, or as something else here.
contract OrdersReplayTest is OrderProtocol {
    function testFuzz_fault_signatureReplayOnAnotherChain_order(uint64 chainId) external {
        vm.assume(chainId != block.chainid && chainId != 0);
        IEscrowOrders.OrderSettlement memory row = goodRow(1);
        vm.chainId(chainId);
        expectBadRow();
        settleOne(row);
        assertFalse(isUsed(client.addr, 1), "nonce");
    }

    function testFuzz_fault_signatureReplayOnAnotherChain_signedJob(uint64 chainId) external {
        vm.assume(chainId != block.chainid && chainId != 0);
        depositFor(client, PRICE);
        IJobEscrow.SignedJob[] memory jobs = signedJob(escrowDomain());
        vm.chainId(chainId);
        expectBadRow();
        escrow.createJobs(jobs);
        assertEq(availableOf(client.addr), PRICE, "nothing charged");
    }

    function test_fault_signatureReplayOnAnotherContract_order() external {
        IEscrowOrders.OrderSettlement memory row = goodRow(1);
        (JobEscrow here, JobEscrow there) = (escrow, deployAnother());
        assertFalse(here.orderIdOf(row.order) == there.orderIdOf(row.order), "another id");
        expectBadRow();
        settleOne(row);
        escrow = here;
        assertTrue(settleOne(row), "here it is paid");
    }

    function test_fault_signatureReplayOnAnotherContract_signedJob() external {
        depositFor(client, PRICE);
        IJobEscrow.SignedJob[] memory jobs = signedJob(escrowDomain());
        JobEscrow here = escrow;
        deployAnother();
        depositFor(client, PRICE);
        expectBadRow();
        escrow.createJobs(jobs);
        escrow = here;
        assertEq(escrow.createJobs(jobs), 1, "here it is opened");
    }

    function test_fault_signatureReplayOnAnotherContract_domains() external {
        bytes32[3] memory domains = [
            domainOf("JobEscrow", "2", address(escrow)),
            domainOf("PaymentChannels", "1", address(escrow)),
            domainOf("JobEscrow", "1", address(registry))
        ];
        depositFor(client, PRICE);
        for (uint256 i; i < domains.length; ++i) {
            bytes memory signature = sign(client.secret, orderDigest(domains[i], jobOrder(1)));
            expectBadRow();
            settleOne(rowOf(jobOrder(1), CHARGED, signature));
            IJobEscrow.SignedJob[] memory jobs = signedJob(domains[i]);
            expectBadRow();
            escrow.createJobs(jobs);
        }
    }

    /// @dev What a client signed for a job pays no order, and the other way round.
    function test_fault_signatureReplay_asSomethingElse() external {
        depositFor(client, PRICE);
        IJobEscrow.SignedJob[] memory jobs = signedJob(escrowDomain());
        expectBadRow();
        settleOne(rowOf(jobOrder(1), CHARGED, jobs[0].clientSignature));
        jobs[0].clientSignature = goodRow(1).clientSignature;
        expectBadRow();
        escrow.createJobs(jobs);
    }

    /// @dev The same signature in its other forms, and the same order at another charge.
    function test_fault_signatureReplay_ofASettledOrder() external {
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        bytes32 id = documentedOrderId(order);
        assertTrue(settleOne(rowOf(order, 1, sign(client.secret, id))), "paid");
        assertFalse(settleOne(rowOf(order, 1, signCompact(client.secret, id))), "compact");
        assertFalse(settleOne(rowOf(order, 1, highTwin(sign(client.secret, id)))), "twin");
        assertFalse(settleOne(rowOf(order, CHARGED, sign(client.secret, id))), "the rest of its price");
        assertEq(reservedOf(client.addr), RESERVE - 1, "paid once");
    }

    /// @dev A job that was opened, refunded and paid back is not opened again by the same signature.
    function test_fault_refundConsumedTwice_signedJob() external {
        depositFor(client, 2 * PRICE);
        IJobEscrow.SignedJob[] memory jobs = signedJob(escrowDomain());
        assertEq(escrow.createJobs(jobs), 1, "opened");
        vm.prank(provider.addr);
        escrow.decline(jobs[0].params);
        assertEq(escrow.createJobs(jobs), 0, "not again");
        assertEq(availableOf(client.addr), 2 * PRICE, "refunded once");
        expectWrongStatus(documentedJobId(jobs[0].params), IJobEscrow.Status.Refunded);
        vm.prank(provider.addr);
        escrow.decline(jobs[0].params);
    }

    function signedJob(bytes32 domain) private view returns (IJobEscrow.SignedJob[] memory jobs) {
        jobs = new IJobEscrow.SignedJob[](1);
        bytes32 id = digestOf(domain, keccak256(abi.encode(JOB_PARAMS_TYPEHASH, jobParams())));
        jobs[0] = IJobEscrow.SignedJob(jobParams(), "", sign(client.secret, id));
    }

    /// @dev Another escrow of the same parameters, with the same clients' reserves; it takes the first one's place.
    function deployAnother() private returns (JobEscrow another) {
        bytes memory arguments = abi.encode(registryConfig(), escrowConfig());
        CoreDeployer core = CoreDeployer(deploy("CoreDeployer.sol:CoreDeployer", arguments));
        (registry, escrow) = (core.PROVIDER_REGISTRY(), core.JOB_ESCROW());
        endow(client.addr);
        endow(provider.addr);
        vm.prank(provider.addr);
        registry.stake(provider.addr, MINIMUM_STAKE);
        reserveFor(client, RESERVE);
        return escrow;
    }

    function expectBadRow() private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.BadRowSignature.selector, 0, client.addr));
    }
}
