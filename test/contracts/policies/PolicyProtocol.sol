// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {Protocol} from "../support/Protocol.sol";

/// @notice The protocol, and a client with money who meets a model's access policy.
abstract contract PolicyProtocol is Protocol {
    function setUp() public virtual override {
        super.setUp();
        depositFor(client, 10 * PRICE);
    }

    function setPolicy(IModelRegistry.AccessPolicy policy, bytes32 accessRoot) internal {
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR, ROYALTY_BPS, policy, accessRoot);
    }

    function expectUnfit(IModelRegistry.AccessPolicy policy, bytes32 accessRoot) internal {
        bytes memory reason =
            abi.encodeWithSelector(IModelRegistry.AccessRootMismatch.selector, policy, accessRoot);
        vm.expectRevert(reason);
        models.register("key", 0, 0, 0, policy, accessRoot);
        vm.expectRevert(reason);
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR, ROYALTY_BPS, policy, accessRoot);
    }

    function allows(address user, bytes memory proof) internal view returns (bool) {
        return models.canUse(MODEL, user, proof);
    }

    function assertBuys(Key memory user, bytes memory proof) internal {
        IJobEscrow.JobParams memory params = jobParams();
        params.client = user.addr;
        vm.prank(user.addr);
        assertStatus(escrow.createJob(params, proof), IJobEscrow.Status.Open);
    }

    function assertRefusedByEscrow(Key memory user, bytes memory proof) internal {
        IJobEscrow.JobParams memory params = jobParams();
        params.client = user.addr;
        uint256 before = availableOf(user.addr);
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.AccessRefused.selector, MODEL, user.addr));
        vm.prank(user.addr);
        escrow.createJob(params, proof);
        assertEq(availableOf(user.addr), before, "nothing charged");
    }
}
