// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../contracts/interfaces/IJobEscrow.sol";
import {Protocol} from "./support/Protocol.sol";

// jobIdOf
// ├── it is the EIP-712 hash of the terms in the escrow's domain
// ├── when any one field differs → another id
// └── when the chain or the contract differs → another id
contract JobIdTest is Protocol {
    function testFuzz_JobIdOf_IsTheDocumentedHash(IJobEscrow.JobParams memory params) external view {
        assertEq(escrow.jobIdOf(params), documentedJobId(params), "id");
    }

    function test_JobIdOf_WhenTheChainDiffers() external {
        IJobEscrow.JobParams memory params = jobParams();
        bytes32 jobId = escrow.jobIdOf(params);
        vm.chainId(137);
        assertNotEq(escrow.jobIdOf(params), jobId);
        assertEq(escrow.jobIdOf(params), documentedJobId(params), "id");
    }
}
