// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {OrderProtocol} from "./OrderProtocol.sol";

// settleOrders: a row is skipped, between others that are paid
// ├── when it is late → a second too much, not in its last second
// ├── when more than its price is charged
// ├── given its nonce is used → by a settlement, or by another row of the same batch
// ├── given the reserve does not cover what is charged → another row that it covers is paid
// ├── given the model is unknown, zero, deprecated or not public
// └── given the fee or the royalty was never, or is not yet, or no longer accepted
contract SkippedOrdersTest is OrderProtocol {
    IEscrowOrders.JobOrder private order;

    function setUp() public override {
        super.setUp();
        order = jobOrder(1);
    }

    function test_SkippedOrders_WhenLate() external {
        order.submitBy = uint40(vm.getBlockTimestamp()) - 1;
        assertSkipped(signedBy(client, order, CHARGED));
        order.submitBy += 1;
        assertTrue(settleOne(signedBy(client, order, CHARGED)), "in its last second");
    }

    function testFuzz_SkippedOrders_WhenMoreThanThePriceIsCharged(uint64 price, uint64 charged) external {
        price = uint64(bound(price, 0, RESERVE / 2));
        charged = uint64(bound(charged, price + 1, RESERVE / 2 + 1));
        order.price = price;
        assertSkipped(signedBy(client, order, charged));
    }

    function test_SkippedOrders_GivenItsNonceIsUsed() external {
        assertTrue(settleOne(goodRow(1)), "settled");
        assertSkipped(goodRow(1));
        order.inputCommit = "another order of this nonce";
        assertSkipped(signedBy(client, order, CHARGED));
    }

    function test_SkippedOrders_GivenAnotherRowUsedItsNonce() external {
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](4);
        order.inputCommit = "another order of this nonce";
        (rows_[0], rows_[1]) = (goodRow(1), signedBy(client, order, CHARGED));
        (rows_[2], rows_[3]) = (goodRow(1), goodRow(2));
        assertEq(settleAll(rows_), 2, "one of each nonce");
        assertEq(usedOf(client.addr, 0), 6, "used");
        assertEq(reservedOf(client.addr), RESERVE - 2 * CHARGED, "paid once each");
        assertEq(availableOf(provider.addr), 2 * EARNED, "earned once each");
    }

    function testFuzz_SkippedOrders_GivenTheReserveDoesNotCoverIt(uint64 charged) external {
        charged = uint64(bound(charged, RESERVE - CHARGED + 1, RESERVE));
        order.price = RESERVE;
        assertSkipped(signedBy(client, order, charged));
        assertEq(reservedOf(client.addr), RESERVE - 2 * CHARGED, "the smaller rows were covered");
    }

    function test_SkippedOrders_GivenNothingIsReserved() external {
        depositFor(stranger, RESERVE);
        assertSkipped(rowFor(stranger, 1, 1));
        assertEq(availableOf(stranger.addr), RESERVE, "available balance backs no order");
    }

    function test_SkippedOrders_GivenTheReserveIsExactlyEnough() external {
        order.price = RESERVE;
        IEscrowOrders.OrderSettlement[] memory rows_ = list(signedBy(client, order, RESERVE), rowFor(client, 2, 1));
        assertEq(settleAll(rows_), 1, "the first alone");
        assertEq(reservedOf(client.addr), 0, "to the last unit");
        assertFalse(isUsed(client.addr, 2), "the second may be settled when there is money again");
        reserveFor(client, 1);
        assertTrue(settleOne(rows_[1]), "and is");
    }

    function test_SkippedOrders_GivenNoSuchModel() external {
        order.modelKey = "unknown";
        assertSkipped(signedBy(client, order, CHARGED));
        order.modelKey = 0;
        assertSkipped(signedBy(client, order, CHARGED));
        order.modelKey = 0;
        assertFalse(settleOne(signedBy(client, order, CHARGED)), "as the first row too");
    }

    function test_SkippedOrders_GivenTheModelWasDeprecatedLongAgo() external {
        vm.prank(modelOwner);
        models.deprecate(SECOND_MODEL);
        skip(30 days);
        order.submitBy = uint40(vm.getBlockTimestamp());
        assertSkipped(ofSecondModel());
    }

    function test_SkippedOrders_GivenTheModelIsNotPublicForLong() external {
        for (uint256 policy = 1; policy <= uint256(type(IModelRegistry.AccessPolicy).max); ++policy) {
            setPolicy(IModelRegistry.AccessPolicy(policy));
            skip(30 days);
            order.submitBy = uint40(vm.getBlockTimestamp());
            assertSkipped(ofSecondModel());
        }
        vm.prank(modelOwner);
        models.deprecate(SECOND_MODEL);
        assertSkipped(ofSecondModel());
    }

    /// @dev Its owner can close a model at once, but takes nothing from who served it until then.
    function test_SkippedOrders_NotGivenTheModelWasClosedAMomentAgo() external {
        setPolicy(IModelRegistry.AccessPolicy.Private);
        skip(30 days - 1);
        order.submitBy = uint40(vm.getBlockTimestamp());
        assertTrue(settleOne(ofSecondModel()), "to the last second");
        setPolicy(IModelRegistry.AccessPolicy.Public);
        skip(1);
        vm.prank(modelOwner);
        models.deprecate(SECOND_MODEL);
        skip(30 days - 1);
        order = jobOrder(2);
        order.submitBy = uint40(vm.getBlockTimestamp());
        assertTrue(settleOne(ofSecondModel()), "as after a deprecation");
    }

    function testFuzz_SkippedOrders_GivenOtherRates(uint16 feeBps, uint16 royaltyBps) external {
        vm.assume(feeBps != FEE_BPS || royaltyBps != ROYALTY_BPS);
        order.feeBps = feeBps;
        order.royaltyBps = royaltyBps;
        assertSkipped(signedBy(client, order, CHARGED));
    }

    /// @dev Nothing was ever changed: the empty history is no rate.
    function test_SkippedOrders_GivenNoFeeOrNoRoyalty() external {
        order.feeBps = 0;
        assertSkipped(signedBy(client, order, CHARGED));
        (order.feeBps, order.royaltyBps) = (FEE_BPS, 0);
        assertSkipped(signedBy(client, order, CHARGED));
    }

    function testFuzz_SkippedOrders_TheFloorDoesNotBind(uint64 charged) external {
        order.price = FLOOR - 1;
        charged = uint64(bound(charged, 0, FLOOR - 1));
        assertTrue(settleOne(signedBy(client, order, charged)), "settled");
    }

    /// @dev A row is skipped before its signature is looked at: it cannot revert the others any more.
    function test_SkippedOrders_WhenItsSignatureIsBadToo() external {
        assertTrue(settleOne(goodRow(1)), "settled");
        assertSkipped(rowOf(order, CHARGED, hex"1234"));
        order = jobOrder(2);
        assertSkipped(rowOf(order, PRICE + 1, hex"1234"));
        order.modelKey = "unknown";
        assertSkipped(rowOf(order, CHARGED, ""));
    }

    function setPolicy(IModelRegistry.AccessPolicy policy) private {
        bool rootless =
            policy == IModelRegistry.AccessPolicy.Public || policy == IModelRegistry.AccessPolicy.Private;
        vm.prank(modelOwner);
        models.update(SECOND_MODEL, FLOOR, 2 * ROYALTY_BPS, policy, rootless ? bytes32(0) : bytes32(uint256(1) << 96));
    }

    function ofSecondModel() private view returns (IEscrowOrders.OrderSettlement memory row) {
        IEscrowOrders.JobOrder memory terms = order;
        terms.modelKey = SECOND_MODEL;
        terms.royaltyBps = 2 * ROYALTY_BPS;
        return signedBy(client, terms, CHARGED);
    }
}
