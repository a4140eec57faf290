// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {OrderProtocol} from "./OrderProtocol.sol";

// orderIdOf → the documented hash, in this contract's domain
// settleOrders
// ├── when there are no rows → nothing, whoever calls
// ├── given the caller is neither the provider nor a service key of it valid now → NotOrderProvider(0, provider, caller)
// ├── when a later row is of another provider → NotOrderProvider(row, provider, caller), nothing is paid
// ├── given the provider is unstaked or creation is paused → paid all the same
// ├── given client and provider are one account → its books add up
// ├── when nothing is charged → the nonce is used, nothing moves
// └── else → shares are rounded down, the provider has the remainder, OrderSettled carries all, no token moves
contract SettleOrdersTest is OrderProtocol {
    function testFuzz_OrderIdOf(IEscrowOrders.JobOrder memory order) external view {
        assertEq(escrow.orderIdOf(order), documentedOrderId(order), "id");
    }

    function testFuzz_SettleOrders(uint64 price, uint64 charged, uint96 nonce, bytes32 inputCommit) external {
        IEscrowOrders.JobOrder memory order = jobOrder(nonce);
        order.price = price;
        order.inputCommit = inputCommit;
        charged = uint64(bound(charged, 0, price < RESERVE ? price : RESERVE));
        uint256 held = usdc.balanceOf(address(escrow));
        IEscrowOrders.OrderSettlement memory row = signedBy(client, order, charged);
        expectSettled(order, charged);
        assertTrue(settleOne(row), "settled");

        uint256 fee = (uint256(charged) * FEE_BPS) / 10_000;
        uint256 royalty = (uint256(charged) * ROYALTY_BPS) / 10_000;
        assertEq(availableOf(provider.addr), charged - fee - royalty, "provider");
        assertEq(escrow.proceedsOf(MODEL).fee, fee, "fee");
        assertEq(escrow.proceedsOf(MODEL).royalty, royalty, "royalty");
        assertEq(reservedOf(client.addr), RESERVE - charged, "reserve");
        assertEq(availableOf(client.addr), 0, "available");
        assertEq(usedOf(client.addr, nonce >> 8), 1 << (nonce & 0xff), "exactly this nonce");
        assertEq(usdc.balanceOf(address(escrow)), held, "no token moved");
        assertEq(escrow.exposureOf(provider.addr), 0, "no stake is bound");
    }

    function test_SettleOrders_WhenThereAreNoRows() external {
        vm.prank(stranger.addr);
        assertEq(escrow.settleOrders(new IEscrowOrders.OrderSettlement[](0)), 0, "nothing");
    }

    function testFuzz_SettleOrders_GivenAnotherCaller(address caller) external {
        vm.assume(caller != provider.addr);
        IEscrowOrders.OrderSettlement[] memory rows_ = list(goodRow(1));
        expectNotProvider(0, provider.addr, caller);
        vm.prank(caller);
        escrow.settleOrders(rows_);
        assertNothingPaid();
    }

    function test_SettleOrders_WhenTheProviderIsZero() external {
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        order.provider = address(0);
        IEscrowOrders.OrderSettlement[] memory rows_ = list(signedBy(client, order, CHARGED));
        expectNotProvider(0, address(0), provider.addr);
        settleAll(rows_);
    }

    function test_SettleOrders_WhenALaterRowIsOfAnotherProvider() external {
        IEscrowOrders.JobOrder memory order = jobOrder(2);
        order.provider = stranger.addr;
        IEscrowOrders.OrderSettlement[] memory rows_ = list(goodRow(1), signedBy(client, order, CHARGED));
        expectNotProvider(1, stranger.addr, provider.addr);
        settleAll(rows_);
        assertNothingPaid();
    }

    function test_SettleOrders_ByAServiceKey() external {
        setServiceKey();
        IEscrowOrders.OrderSettlement[] memory rows_ = list(goodRow(1));
        vm.prank(serviceKey.addr);
        assertEq(escrow.settleOrders(rows_), 1, "settled");
        assertEq(availableOf(provider.addr), EARNED, "the provider is paid");
        assertEq(availableOf(serviceKey.addr), 0, "not its key");
    }

    function test_SettleOrders_ByAServiceKeyThatIsNotValidYet() external {
        uint40 validFrom = uint40(vm.getBlockTimestamp()) + 100;
        bytes memory proof = sign(serviceKey.secret, serviceKeyDigest(provider.addr, serviceKey.addr, validFrom));
        vm.prank(provider.addr);
        registry.setServiceKey(serviceKey.addr, validFrom, proof);
        IEscrowOrders.OrderSettlement[] memory rows_ = list(goodRow(1));
        skip(99);
        expectNotProvider(0, provider.addr, serviceKey.addr);
        vm.prank(serviceKey.addr);
        escrow.settleOrders(rows_);
        skip(1);
        vm.prank(serviceKey.addr);
        assertEq(escrow.settleOrders(rows_), 1, "from its first second");
    }

    function test_SettleOrders_ByARetiredServiceKey() external {
        setServiceKey();
        vm.prank(provider.addr);
        registry.revokeServiceKey(serviceKey.addr);
        IEscrowOrders.OrderSettlement[] memory rows_ = list(goodRow(1));
        expectNotProvider(0, provider.addr, serviceKey.addr);
        vm.prank(serviceKey.addr);
        escrow.settleOrders(rows_);
        assertNothingPaid();
    }

    function test_SettleOrders_ByAnotherProvidersServiceKey() external {
        setServiceKey();
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        order.provider = stranger.addr;
        IEscrowOrders.OrderSettlement[] memory rows_ = list(signedBy(client, order, CHARGED));
        expectNotProvider(0, stranger.addr, serviceKey.addr);
        vm.prank(serviceKey.addr);
        escrow.settleOrders(rows_);
    }

    function test_SettleOrders_GivenNoStake() external {
        IEscrowOrders.JobOrder memory order = jobOrder(1);
        order.provider = stranger.addr;
        IEscrowOrders.OrderSettlement[] memory rows_ = list(signedBy(client, order, CHARGED));
        vm.prank(stranger.addr);
        assertEq(escrow.settleOrders(rows_), 1, "orders ask for no stake");
        assertEq(availableOf(stranger.addr), EARNED, "paid");
    }

    function test_SettleOrders_GivenCreationIsPaused() external {
        vm.prank(guardian);
        escrow.pauseCreation();
        assertTrue(settleOne(goodRow(1)), "settled");
    }

    function test_SettleOrders_GivenTheTokenIsPaused() external {
        vm.prank(tokenAdmin);
        usdc.pause();
        assertTrue(settleOne(goodRow(1)), "books go on");
    }

    function testFuzz_SettleOrders_GivenOneAccountIsClientAndProvider(uint64 first, uint64 second) external {
        reserveFor(provider, RESERVE);
        (first, second) = (uint64(bound(first, 0, PRICE)), uint64(bound(second, 0, PRICE)));
        IEscrowOrders.OrderSettlement[] memory rows_ =
            list(rowFor(provider, 1, first), rowFor(provider, 300, second));
        assertEq(settleAll(rows_), 2, "settled");
        uint256 kept = _kept(first) + _kept(second);
        assertEq(reservedOf(provider.addr), RESERVE - first - second, "reserve");
        assertEq(availableOf(provider.addr), uint256(first) + second - kept, "earned");
        assertEq(escrow.proceedsOf(MODEL).fee + escrow.proceedsOf(MODEL).royalty, kept, "proceeds");
    }

    /// @dev A result is worth what the provider says, nothing included.
    function test_SettleOrders_WhenNothingIsCharged() external {
        IEscrowOrders.OrderSettlement memory row = rowFor(client, 5, 0);
        expectSettled(row.order, 0);
        assertTrue(settleOne(row), "settled");
        assertEq(usedOf(client.addr, 0), 1 << 5, "the nonce is used");
        assertEq(reservedOf(client.addr), RESERVE, "reserve");
        assertEq(availableOf(provider.addr), 0, "provider");
        assertFalse(settleOne(rowFor(client, 5, CHARGED)), "once only");
    }

    function test_SettleOrders_WhenNothingIsChargedAndNothingReserved() external {
        assertTrue(settleOne(rowFor(stranger, 5, 0)), "settled");
        assertEq(usedOf(stranger.addr, 0), 1 << 5, "the nonce is used");
    }

    /// @dev The second settlement finds a slot that is not empty, and adds to it.
    function test_SettleOrders_AddsToWhatWasEarned() external {
        assertTrue(settleOne(goodRow(1)) && settleOne(goodRow(2)), "both");
        assertEq(availableOf(provider.addr), 2 * EARNED, "provider");
        assertEq(escrow.proceedsOf(MODEL).fee, 2 * FEE, "fee");
        assertEq(escrow.proceedsOf(MODEL).royalty, 2 * ROYALTY, "royalty");
    }

    function expectNotProvider(uint256 row, address expected, address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IEscrowOrders.NotOrderProvider.selector, row, expected, caller));
    }

    function assertNothingPaid() private view {
        assertEq(reservedOf(client.addr), RESERVE, "reserve");
        assertEq(availableOf(provider.addr), 0, "provider");
        assertEq(usedOf(client.addr, 0), 0, "nonces");
    }

    function _kept(uint256 charged) private pure returns (uint256 kept) {
        return (charged * FEE_BPS) / 10_000 + (charged * ROYALTY_BPS) / 10_000;
    }
}
