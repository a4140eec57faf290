// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {Protocol} from "../support/Protocol.sol";

/// @notice Two clients with a reserve, and orders that they sign. Typed data are rebuilt from their documents.
abstract contract OrderProtocol is Protocol {
    uint64 internal constant RESERVE = 10e6;
    uint64 internal constant CHARGED = 40_003;
    uint64 internal constant FEE = 400;
    uint64 internal constant ROYALTY = 2_000;
    uint64 internal constant EARNED = CHARGED - FEE - ROYALTY;
    uint96 private constant GOOD_NONCE = 7 << 8;
    bytes32 internal constant SECOND_MODEL = keccak256("second manifest");

    bytes32 internal constant JOB_ORDER_TYPEHASH = keccak256(
        "JobOrder(address client,address provider,bytes32 modelKey,bytes32 inputCommit,uint64 price,uint40 submitBy,uint16 feeBps,uint16 royaltyBps,uint96 nonce)"
    );

    Key internal other = makeKey("other client");

    function setUp() public virtual override {
        super.setUp();
        endow(other.addr);
        reserveFor(client, RESERVE);
        reserveFor(other, RESERVE);
        vm.prank(modelOwner);
        models.register(SECOND_MODEL, 0, FLOOR, 2 * ROYALTY_BPS, IModelRegistry.AccessPolicy.Public, 0);
    }

    function reserveFor(Key memory key, uint64 amount) internal {
        depositFor(key, amount);
        vm.prank(key.addr);
        escrow.reserve(amount);
    }

    function jobOrder(uint96 nonce) internal view returns (IEscrowOrders.JobOrder memory order) {
        order.client = client.addr;
        order.provider = provider.addr;
        order.modelKey = MODEL;
        order.inputCommit = keccak256("input commitment");
        order.price = PRICE;
        order.submitBy = uint40(vm.getBlockTimestamp()) + SUBMIT_DELAY;
        order.feeBps = FEE_BPS;
        order.royaltyBps = ROYALTY_BPS;
        order.nonce = nonce;
    }

    function orderDigest(bytes32 domain, IEscrowOrders.JobOrder memory order) internal pure returns (bytes32) {
        return digestOf(domain, keccak256(abi.encode(JOB_ORDER_TYPEHASH, order)));
    }

    function documentedOrderId(IEscrowOrders.JobOrder memory order) internal view returns (bytes32) {
        return orderDigest(escrowDomain(), order);
    }

    function rowOf(IEscrowOrders.JobOrder memory order, uint64 charged, bytes memory signature)
        internal
        pure
        returns (IEscrowOrders.OrderSettlement memory row)
    {
        return IEscrowOrders.OrderSettlement(order, COMMIT, charged, signature);
    }

    function signedBy(Key memory signer, IEscrowOrders.JobOrder memory order, uint64 charged)
        internal
        view
        returns (IEscrowOrders.OrderSettlement memory row)
    {
        return rowOf(order, charged, sign(signer.secret, documentedOrderId(order)));
    }

    /// @notice A row that the named client signed.
    function rowFor(Key memory payer, uint96 nonce, uint64 charged)
        internal
        view
        returns (IEscrowOrders.OrderSettlement memory row)
    {
        IEscrowOrders.JobOrder memory order = jobOrder(nonce);
        order.client = payer.addr;
        return signedBy(payer, order, charged);
    }

    function goodRow(uint96 nonce) internal view returns (IEscrowOrders.OrderSettlement memory row) {
        return rowFor(client, nonce, CHARGED);
    }

    function list(IEscrowOrders.OrderSettlement memory row)
        internal
        pure
        returns (IEscrowOrders.OrderSettlement[] memory rows_)
    {
        rows_ = new IEscrowOrders.OrderSettlement[](1);
        rows_[0] = row;
    }

    function list(IEscrowOrders.OrderSettlement memory first, IEscrowOrders.OrderSettlement memory second)
        internal
        pure
        returns (IEscrowOrders.OrderSettlement[] memory rows_)
    {
        rows_ = new IEscrowOrders.OrderSettlement[](2);
        (rows_[0], rows_[1]) = (first, second);
    }

    function settleAll(IEscrowOrders.OrderSettlement[] memory rows_) internal returns (uint256 settled) {
        vm.prank(provider.addr);
        return escrow.settleOrders(rows_);
    }

    function settleOne(IEscrowOrders.OrderSettlement memory row) internal returns (bool settled) {
        return settleAll(list(row)) == 1;
    }

    function expectSettled(IEscrowOrders.JobOrder memory order, uint64 charged) internal {
        uint64 fee = uint64((uint256(charged) * order.feeBps) / 10_000);
        uint64 royalty = uint64((uint256(charged) * order.royaltyBps) / 10_000);
        bytes32 orderId = documentedOrderId(order);
        vm.expectEmit(address(escrow));
        emit IEscrowOrders.OrderSettled(
            orderId,
            order.client,
            order.provider,
            order.modelKey,
            order.nonce,
            COMMIT,
            charged - fee - royalty,
            fee,
            royalty
        );
    }

    function reservedOf(address account) internal view returns (uint256) {
        return escrow.accountOf(account).reserved;
    }

    function usedOf(address account, uint256 word) internal view returns (uint256 used) {
        (used,,) = escrow.noncesOf(account, word);
    }

    function isUsed(address account, uint96 nonce) internal view returns (bool) {
        return (usedOf(account, nonce >> 8) >> (nonce & 0xff)) & 1 == 1;
    }

    /// @notice Settles the row between good rows of the same and of another client: those are paid, it changes nothing.
    function assertSkipped(IEscrowOrders.OrderSettlement memory bad) internal {
        (address payer, uint256 word) = (bad.order.client, bad.order.nonce >> 8);
        (uint256 used, uint256 reserved) = (usedOf(payer, word), reservedOf(payer));
        (uint256 ofClient, uint256 ofOther) = (reservedOf(client.addr), reservedOf(other.addr));
        uint256 earned = availableOf(provider.addr);
        IEscrowOrders.OrderSettlement[] memory rows_ = new IEscrowOrders.OrderSettlement[](4);
        uint96 nonce = freeNonce();
        (rows_[0], rows_[1]) = (goodRow(nonce), bad);
        (rows_[2], rows_[3]) = (goodRow(nonce + 1), rowFor(other, nonce, CHARGED));
        assertEq(settleAll(rows_), 3, "the other rows are paid");
        assertTrue(isUsed(client.addr, nonce) && isUsed(client.addr, nonce + 1), "nonces of the good rows");
        assertEq(reservedOf(client.addr), ofClient - 2 * CHARGED, "one client's reserve");
        assertEq(reservedOf(other.addr), ofOther - CHARGED, "another client's reserve");
        assertEq(availableOf(provider.addr), earned + 3 * EARNED, "provider");
        assertEq(usedOf(payer, word), used, "nonces of the bad row");
        if (payer == client.addr || payer == other.addr) return;
        assertEq(reservedOf(payer), reserved, "reserve of the bad row's client");
    }

    /// @notice An account with code whose owner is the client, and which has a reserve.
    function walletWithReserve() internal returns (TestWallet wallet) {
        wallet = walletWithBalance(RESERVE);
        vm.prank(client.addr);
        wallet.execute(address(escrow), abi.encodeCall(IEscrowOrders.reserve, (RESERVE)));
    }

    function walletOrder(TestWallet wallet, uint96 nonce)
        internal
        view
        returns (IEscrowOrders.JobOrder memory order)
    {
        order = jobOrder(nonce);
        order.client = address(wallet);
    }

    function freeNonce() private view returns (uint96 nonce) {
        nonce = GOOD_NONCE;
        while (isUsed(client.addr, nonce)) ++nonce;
    }
}
