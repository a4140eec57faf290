// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "./support/Protocol.sol";

// what a job writes, slot by slot
// ├── opened by authorization, revoked, declined from balance → the escrow writes the job's slot and balances, no more
// ├── submitted → the job's slot and the provider's, which holds what its jobs bind; the registry is only read
// └── paid → job, provider, model's proceeds, and the client's only if there is a refund
contract StorageSlotsTest is Protocol {
    function test_Slots_OfAJobByAuthorization() external {
        IJobEscrow.JobParams memory params = jobParams();
        bytes memory signature =
            sign(client.secret, receiveDigest(client.addr, PRICE, documentedJobId(params)));
        vm.record();
        bytes32 jobId = escrow.createJobWithAuthorization(params, "", 0, type(uint256).max, signature);
        assertWrites(address(escrow), 1, "open");
        vm.record();
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, PRICE);
        assertWrites(address(escrow), 2, "submit");
        assertWrites(address(registry), 0, "submit in the registry");
        skip(WINDOW + 1);
        vm.record();
        escrow.settle(rows(params));
        assertWrites(address(escrow), 3, "settle");
        assertWrites(address(registry), 0, "settle in the registry");
        assertStatus(jobId, IJobEscrow.Status.Paid);
    }

    function testFuzz_Slots_OfAJobFromBalance(uint64 charged) external {
        charged = uint64(bound(charged, FLOOR, PRICE - 1));
        depositFor(client, PRICE);
        IJobEscrow.JobParams memory params = jobParams();
        vm.record();
        vm.prank(client.addr);
        escrow.createJob(params, "");
        assertWrites(address(escrow), 2, "open");
        vm.prank(provider.addr);
        escrow.submit(params, COMMIT, REF, charged);
        vm.record();
        vm.prank(client.addr);
        escrow.accept(params);
        assertWrites(address(escrow), 4, "accept with a refund");
    }

    function test_Slots_OfARefund() external {
        (IJobEscrow.JobParams memory params,) = openJob();
        vm.record();
        vm.prank(provider.addr);
        escrow.decline(params);
        assertWrites(address(escrow), 2, "decline");
        params.nonce = 2;
        vm.record();
        vm.prank(client.addr);
        escrow.revoke(params);
        assertWrites(address(escrow), 1, "revoke");
    }

    function assertWrites(address target, uint256 expected, string memory message) private {
        (, bytes32[] memory writes) = vm.accesses(target);
        uint256 distinct;
        for (uint256 i = 0; i < writes.length; ++i) {
            bool seen;
            for (uint256 j = 0; j < i; ++j) if (writes[j] == writes[i]) seen = true;
            if (!seen) ++distinct;
        }
        assertEq(distinct, expected, message);
    }
}
