// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IReceiptAnchor} from "../../../contracts/interfaces/IReceiptAnchor.sol";
import {ReceiptAnchor} from "../../../contracts/ReceiptAnchor.sol";
import {Protocol} from "../support/Protocol.sol";
import {Tree} from "./Tree.sol";

// anchor
// ├── when the caller is neither the provider nor a service key of now → NotProviderOrKey
// ├── when there are no receipts, or no root → EmptyBatch
// ├── given the epoch was used → EpochAnchored, whatever the batch
// └── else → one slot holds the hash of root, count, total and time, and the event all of it
// includes
// ├── given another batch or another time than what was anchored → false
// ├── when the index is from count on → false
// ├── when a node passes itself off as a leaf, or a leaf as another's → false
// ├── when the proof is too short, too long or altered → false
// └── when the receipt is at that place → true
contract ReceiptAnchorTest is Protocol {
    ReceiptAnchor private anchors;

    function setUp() public override {
        super.setUp();
        anchors = ReceiptAnchor(deploy("ReceiptAnchor.sol:ReceiptAnchor", abi.encode(registry)));
    }

    function testFuzz_Anchor(uint64 epoch, bytes32 root, uint32 count, uint128 total) external {
        vm.assume(root != 0 && count != 0);
        IReceiptAnchor.ReceiptBatch memory batch =
            IReceiptAnchor.ReceiptBatch(provider.addr, epoch, root, count, total);
        uint40 time = uint40(vm.getBlockTimestamp());
        vm.expectEmit(address(anchors));
        emit IReceiptAnchor.Anchored(provider.addr, epoch, root, count, total, time);
        anchor(batch);
        assertEq(
            anchors.anchorOf(provider.addr, epoch), keccak256(abi.encode(root, count, total, time)), "one slot"
        );
        assertTrue(anchors.isAnchored(batch, time), "as it was");
        assertFalse(anchors.isAnchored(batch, time + 1), "another time");
        batch.total ^= 1;
        assertFalse(anchors.isAnchored(batch, time), "another total");
    }

    function test_Anchor_ByAServiceKeyOfNow() external {
        IReceiptAnchor.ReceiptBatch memory batch = smallBatch();
        expectStranger(serviceKey.addr);
        vm.prank(serviceKey.addr);
        anchors.anchor(batch);
        setServiceKey();
        vm.prank(serviceKey.addr);
        anchors.anchor(batch);
        vm.prank(provider.addr);
        registry.revokeServiceKey(serviceKey.addr);
        batch.epoch = 2;
        expectStranger(serviceKey.addr);
        vm.prank(serviceKey.addr);
        anchors.anchor(batch);
    }

    function testFuzz_Anchor_WhenByAStranger(address caller) external {
        vm.assume(caller != provider.addr);
        expectStranger(caller);
        vm.prank(caller);
        anchors.anchor(smallBatch());
    }

    function test_Anchor_WhenEmpty() external {
        IReceiptAnchor.ReceiptBatch memory batch = smallBatch();
        batch.count = 0;
        bytes memory reason = abi.encodeWithSelector(IReceiptAnchor.EmptyBatch.selector, provider.addr, 1);
        vm.expectRevert(reason);
        anchor(batch);
        batch = smallBatch();
        batch.root = 0;
        vm.expectRevert(reason);
        anchor(batch);
    }

    function testFuzz_Anchor_GivenTheEpochWasUsed(bytes32 root, uint32 count, uint128 total) external {
        vm.assume(root != 0 && count != 0);
        anchor(smallBatch());
        bytes32 kept = anchors.anchorOf(provider.addr, 1);
        vm.expectRevert(abi.encodeWithSelector(IReceiptAnchor.EpochAnchored.selector, provider.addr, 1));
        anchor(IReceiptAnchor.ReceiptBatch(provider.addr, 1, root, count, total));
        assertEq(anchors.anchorOf(provider.addr, 1), kept, "as it was");
        vm.prank(stranger.addr);
        anchors.anchor(IReceiptAnchor.ReceiptBatch(stranger.addr, 1, root, count, total));
    }

    function test_Constructor_WhenThereIsNoRegistry() external {
        vm.expectRevert(IReceiptAnchor.ZeroAddress.selector);
        this.make(address(0));
        assertEq(address(anchors.PROVIDERS()), address(registry), "registry");
    }

    function make(address providers) external {
        deploy("ReceiptAnchor.sol:ReceiptAnchor", abi.encode(providers));
    }

    /// @notice Every receipt is found at its place and at no other, in trees of every shape.
    function testFuzz_property_27_aReceiptIsAtItsPlaceOnly(uint256 seed, uint256 size, uint256 index, uint256 other)
        external
    {
        (IReceiptAnchor.ReceiptBatch memory batch, bytes32[] memory receipts) = anchored(seed, bound(size, 1, 40));
        index = bound(index, 0, receipts.length - 1);
        bytes32[] memory proof = Tree.proofOf(receipts, index);
        assertTrue(includes(batch, index, receipts[index], proof), "its place");
        vm.assume(other != index);
        assertFalse(includes(batch, other, receipts[index], proof), "another place");
    }

    function testFuzz_property_27_noOtherReceiptVerifies(uint256 seed, uint256 size, uint256 index, bytes32 forged)
        external
    {
        (IReceiptAnchor.ReceiptBatch memory batch, bytes32[] memory receipts) = anchored(seed, bound(size, 1, 40));
        index = bound(index, 0, receipts.length - 1);
        vm.assume(forged != receipts[index]);
        bytes32[] memory proof = Tree.proofOf(receipts, index);
        assertFalse(includes(batch, index, forged, proof), "forged");
        if (receipts.length == 1) return;
        assertFalse(includes(batch, index, receipts[(index + 1) % receipts.length], proof), "its neighbour");
    }

    function testFuzz_property_27_anIndexFromCountOnIsRefused(uint256 seed, uint256 size, uint256 index) external {
        (IReceiptAnchor.ReceiptBatch memory batch, bytes32[] memory receipts) = anchored(seed, bound(size, 1, 40));
        index = bound(index, receipts.length, type(uint256).max);
        for (uint256 i = 0; i < receipts.length; ++i) {
            assertFalse(includes(batch, index, receipts[i], Tree.proofOf(receipts, i)), "beyond the end");
        }
    }

    /// @notice The second preimage of plain Merkle trees: a node's two children shown as a leaf of a smaller tree.
    function testFuzz_property_27_aNodeIsNoLeaf(uint256 seed) external {
        (, bytes32[] memory receipts) = anchored(seed, 4);
        bytes32 left = Tree.parentOf(Tree.leafOf(receipts[0]), Tree.leafOf(receipts[1]));
        bytes32 right = Tree.parentOf(Tree.leafOf(receipts[2]), Tree.leafOf(receipts[3]));
        IReceiptAnchor.ReceiptBatch memory batch = smallBatch();
        (batch.epoch, batch.root, batch.count) = (7, Tree.parentOf(left, right), 2);
        anchor(batch);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = right;
        assertFalse(includes(batch, 0, left, proof), "a node as a receipt");
        assertFalse(includes(batch, 0, Tree.leafOf(receipts[0]), proof), "a leaf's hash as a receipt");
        assertFalse(includes(batch, 0, receipts[0], proof), "a receipt two levels down");
    }

    function testFuzz_property_27_aProofIsExactlyAsLongAsItsPath(uint256 seed, uint256 size, uint256 index, bytes32 junk)
        external
    {
        (IReceiptAnchor.ReceiptBatch memory batch, bytes32[] memory receipts) = anchored(seed, bound(size, 2, 40));
        index = bound(index, 0, receipts.length - 1);
        bytes32[] memory proof = Tree.proofOf(receipts, index);
        bytes32[] memory longer = new bytes32[](proof.length + 1);
        bytes32[] memory shorter = new bytes32[](proof.length - 1);
        for (uint256 i = 0; i < proof.length; ++i) {
            longer[i] = proof[i];
            if (i < shorter.length) shorter[i] = proof[i];
        }
        longer[proof.length] = junk;
        assertFalse(includes(batch, index, receipts[index], longer), "longer");
        assertFalse(includes(batch, index, receipts[index], shorter), "shorter");
        proof[uint256(junk) % proof.length] ^= bytes32(uint256(1));
        assertFalse(includes(batch, index, receipts[index], proof), "altered");
    }

    /// @notice A provider that lies about the count cannot show one receipt at two places of the batch.
    function testFuzz_property_27_aFalseCountShowsNoReceiptTwice(uint256 seed, uint256 size, uint32 count) external {
        (IReceiptAnchor.ReceiptBatch memory batch, bytes32[] memory receipts) = anchored(seed, bound(size, 1, 12));
        (batch.epoch, batch.count) = (batch.epoch + 1, uint32(bound(count, 1, 24)));
        anchor(batch);
        for (uint256 i = 0; i < receipts.length; ++i) {
            bytes32[] memory proof = Tree.proofOf(receipts, i);
            uint256 places;
            for (uint256 place = 0; place < 24; ++place) {
                if (includes(batch, place, receipts[i], proof)) ++places;
            }
            assertLe(places, 1, "places");
        }
    }

    function test_Includes_GivenNothingWasAnchored() external view {
        assertFalse(includes(smallBatch(), 0, "receipt", new bytes32[](0)), "nothing");
    }

    function test_Includes_GivenOneReceipt() external {
        anchor(smallBatch());
        assertTrue(includes(smallBatch(), 0, "receipt", new bytes32[](0)), "the only one");
    }

    function smallBatch() private view returns (IReceiptAnchor.ReceiptBatch memory) {
        return IReceiptAnchor.ReceiptBatch(provider.addr, 1, Tree.leafOf("receipt"), 1, 5);
    }

    function anchored(uint256 seed, uint256 size)
        private
        returns (IReceiptAnchor.ReceiptBatch memory batch, bytes32[] memory receipts)
    {
        receipts = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) receipts[i] = keccak256(abi.encode(seed, i));
        batch = IReceiptAnchor.ReceiptBatch(provider.addr, 3, Tree.rootOf(receipts), uint32(size), 1e6);
        anchor(batch);
    }

    function anchor(IReceiptAnchor.ReceiptBatch memory batch) private {
        vm.prank(provider.addr);
        anchors.anchor(batch);
    }

    function includes(
        IReceiptAnchor.ReceiptBatch memory batch,
        uint256 index,
        bytes32 receipt,
        bytes32[] memory proof
    ) private view returns (bool) {
        return anchors.includes(batch, uint40(vm.getBlockTimestamp()), index, receipt, proof);
    }

    function expectStranger(address caller) private {
        vm.expectRevert(
            abi.encodeWithSelector(IReceiptAnchor.NotProviderOrKey.selector, provider.addr, caller)
        );
    }
}
