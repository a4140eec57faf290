// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {OrderProtocol} from "./OrderProtocol.sol";

// settleOrders, given the fee or the royalty changed
// ├── when the order has the current rate → paid at it
// ├── when it has the previous rate → paid at it for 30 days less a second, then skipped
// ├── when it has the rate before the previous one → skipped
// └── when fee and royalty changed → each by its own clock
contract OrderRatesTest is OrderProtocol {
    uint16 private constant NEW_FEE_BPS = 300;
    uint16 private constant NEW_ROYALTY_BPS = 700;
    uint256 private constant INTERVAL = 30 days;

    IEscrowOrders.JobOrder private order;

    function setUp() public override {
        super.setUp();
        order = jobOrder(1);
        order.submitBy += 365 days;
    }

    function testFuzz_OrderRates_GivenTheFeeChanged(uint32 waited) external {
        waited = uint32(bound(waited, 0, INTERVAL - 1));
        changeFee(NEW_FEE_BPS);
        skip(waited);
        assertPaid();
        order.feeBps = NEW_FEE_BPS;
        assertPaid();
    }

    function test_OrderRates_GivenTheFeeChangedThirtyDaysAgo() external {
        changeFee(NEW_FEE_BPS);
        skip(INTERVAL - 1);
        assertPaid();
        skip(1);
        assertSkippedNow();
        order.feeBps = NEW_FEE_BPS;
        assertPaid();
    }

    function testFuzz_OrderRates_GivenTheRoyaltyChanged(uint32 waited) external {
        waited = uint32(bound(waited, 0, INTERVAL - 1));
        changeRoyalty(NEW_ROYALTY_BPS);
        skip(waited);
        assertPaid();
        order.royaltyBps = NEW_ROYALTY_BPS;
        assertPaid();
    }

    function test_OrderRates_GivenTheRoyaltyChangedThirtyDaysAgo() external {
        changeRoyalty(NEW_ROYALTY_BPS);
        skip(INTERVAL - 1);
        assertPaid();
        skip(1);
        assertSkippedNow();
        order.royaltyBps = NEW_ROYALTY_BPS;
        assertPaid();
    }

    function test_OrderRates_GivenTwoChangesOfTheFee() external {
        changeFee(NEW_FEE_BPS);
        skip(INTERVAL);
        changeFee(0);
        assertSkippedNow();
        order.feeBps = NEW_FEE_BPS;
        skip(INTERVAL - 1);
        assertPaid();
        order.feeBps = 0;
        assertPaid();
    }

    function test_OrderRates_GivenTwoChangesOfTheRoyalty() external {
        changeRoyalty(NEW_ROYALTY_BPS);
        skip(INTERVAL);
        changeRoyalty(0);
        assertSkippedNow();
        order.royaltyBps = NEW_ROYALTY_BPS;
        skip(INTERVAL - 1);
        assertPaid();
        order.royaltyBps = 0;
        assertPaid();
    }

    function test_OrderRates_EachHasItsOwnClock() external {
        changeFee(NEW_FEE_BPS);
        skip(1 days);
        changeRoyalty(NEW_ROYALTY_BPS);
        assertPaid();
        skip(INTERVAL - 1 days);
        assertSkippedNow();
        order.feeBps = NEW_FEE_BPS;
        assertPaid();
        skip(1 days);
        assertSkippedNow();
        order.royaltyBps = NEW_ROYALTY_BPS;
        assertPaid();
    }

    function test_OrderRates_AnotherRateThanThePrevious() external {
        changeFee(NEW_FEE_BPS);
        changeRoyalty(NEW_ROYALTY_BPS);
        order.feeBps = FEE_BPS + 1;
        assertSkippedNow();
        (order.feeBps, order.royaltyBps) = (FEE_BPS, ROYALTY_BPS - 1);
        assertSkippedNow();
    }

    /// @dev An update that keeps the royalty is no change of it.
    function test_OrderRates_GivenTheModelWasUpdatedAtTheSameRoyalty() external {
        changeRoyalty(ROYALTY_BPS);
        order.royaltyBps = 0;
        assertSkippedNow();
        order.royaltyBps = ROYALTY_BPS;
        assertPaid();
    }

    /// @dev Orders at either rate stand in one batch, and each is paid at its own.
    function test_OrderRates_BothInOneBatch() external {
        changeFee(NEW_FEE_BPS);
        changeRoyalty(NEW_ROYALTY_BPS);
        IEscrowOrders.JobOrder memory renewed = jobOrder(2);
        (renewed.feeBps, renewed.royaltyBps) = (NEW_FEE_BPS, NEW_ROYALTY_BPS);
        expectSettled(order, CHARGED);
        expectSettled(renewed, CHARGED);
        assertEq(settleAll(list(signedBy(client, order, CHARGED), signedBy(client, renewed, CHARGED))), 2, "both");
        assertEq(escrow.proceedsOf(MODEL).fee, FEE + 1_200, "fees");
        assertEq(escrow.proceedsOf(MODEL).royalty, ROYALTY + 2_800, "royalties");
    }

    function changeFee(uint16 feeBps) private {
        vm.prank(owner);
        escrow.setFee(feeBps);
    }

    function changeRoyalty(uint16 royaltyBps) private {
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR, royaltyBps, IModelRegistry.AccessPolicy.Public, 0);
    }

    function assertPaid() private {
        expectSettled(order, CHARGED);
        assertTrue(settleOne(signedBy(client, order, CHARGED)), "paid");
        ++order.nonce;
    }

    function assertSkippedNow() private {
        uint256 earned = availableOf(provider.addr);
        assertFalse(settleOne(signedBy(client, order, CHARGED)), "skipped");
        assertFalse(isUsed(client.addr, order.nonce), "nonce");
        assertEq(availableOf(provider.addr), earned, "provider");
    }
}
