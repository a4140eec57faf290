// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EquivocationModule} from "../../../contracts/EquivocationModule.sol";
import {IEquivocationModule} from "../../../contracts/interfaces/IEquivocationModule.sol";
import {IReceiptAnchor} from "../../../contracts/interfaces/IReceiptAnchor.sol";
import {ReceiptAnchor} from "../../../contracts/ReceiptAnchor.sol";
import {Tree} from "../anchor/Tree.sol";
import {ClockHandler} from "./ClockHandler.sol";
import {SignedBy} from "./SignedBy.sol";

/// @notice Receipts that providers sign, anchor and, some of them, contradict. The last provider is honest: at every place
/// it signs one receipt only.
contract ReceiptHandler is SignedBy, ClockHandler {
    struct Batch {
        IReceiptAnchor.ReceiptBatch document;
        uint40 anchoredAt;
        bytes32[] receipts;
    }

    struct Contradiction {
        IEquivocationModule.InferenceReceipt a;
        IEquivocationModule.InferenceReceipt b;
        bytes signatureA;
        bytes signatureB;
        bool proven;
    }

    uint256 private constant STAKE = 300e6;
    uint256 private constant MOST_LEAVES = 9;
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "InferenceReceipt(address provider,address payer,bytes32 channelId,uint64 seq,bytes32 modelKey,bytes32 requestHash,bytes32 responseHash,bytes32 traceRoot,bytes32 detailsHash,uint64 tokensIn,uint64 tokensOut,uint128 charged,uint128 cumulativeCharged,uint40 servedAt,bytes32 prevReceipt)"
    );

    ReceiptAnchor private anchors;
    EquivocationModule private module;
    Batch[] private batches;
    Contradiction[] private contradictions;
    IEquivocationModule.InferenceReceipt[] private served;
    bytes[] private signatures;
    mapping(address provider => uint64) private epochs;
    uint64 private places;

    constructor() {
        clock = vm.getBlockTimestamp();
        bytes memory arguments = abi.encode(registry, RECEIPT_PERIOD);
        module = EquivocationModule(make("EquivocationModule.sol:EquivocationModule", arguments));
        anchors = ReceiptAnchor(make("ReceiptAnchor.sol:ReceiptAnchor", abi.encode(registry)));
        vm.prank(governor);
        registry.scheduleModule(address(module));
        clock += THAW_PERIOD;
        vm.warp(clock);
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            address provider = providers[i].addr;
            bytes memory proof = signedServiceKey(serviceKeys[i], provider, 0);
            vm.startPrank(provider);
            registry.stake(provider, uint128(STAKE));
            registry.setServiceKey(serviceKeys[i].addr, 0, proof);
            vm.stopPrank();
            staked[provider] = STAKE;
        }
    }

    function anchorEpoch(uint256 seed) external {
        seed = mixed(seed);
        uint256 index = seed % PROVIDERS;
        address provider = providers[index].addr;
        Batch storage batch = batches.push();
        uint256 count = 1 + (seed >> 8) % MOST_LEAVES;
        for (uint256 i = 0; i < count; ++i) batch.receipts.push(keccak256(abi.encode(seed, i)));
        batch.document = IReceiptAnchor.ReceiptBatch(
            provider, ++epochs[provider], Tree.rootOf(batch.receipts), uint32(count), uint128(seed >> 130)
        );
        batch.anchoredAt = uint40(vm.getBlockTimestamp());
        vm.prank((seed >> 32) & 1 == 0 ? provider : serviceKeys[index].addr);
        anchors.anchor(batch.document);
    }

    /// @dev An epoch again, with other receipts or by somebody else.
    function anchorAgain(uint256 seed) external {
        seed = mixed(seed);
        Batch storage batch = anyBatch(seed);
        IReceiptAnchor.ReceiptBatch memory document = batch.document;
        bool stranger = (seed >> 64) & 1 == 0;
        if (stranger) document.epoch = epochs[document.provider] + 1;
        else document.root = bytes32(seed);
        bytes memory data = abi.encodeCall(anchors.anchor, (document));
        refuse(address(anchors), stranger ? attacker.addr : document.provider, "anchor again", data);
    }

    /// @dev At its place a receipt is proven; at any other place, altered or of another batch, it is not.
    function proveInclusion(uint256 seed) external {
        seed = mixed(seed);
        Batch storage batch = anyBatch(seed);
        uint256 index = (seed >> 64) % batch.receipts.length;
        bytes32 receipt = batch.receipts[index];
        bytes32[] memory proof = Tree.proofOf(batch.receipts, index);
        if (!includes(batch, index, receipt, proof)) reportBreach("a receipt was lost");
        uint256 other = (seed >> 96) % (2 * MOST_LEAVES);
        if (other != index && includes(batch, other, receipt, proof)) reportBreach("a receipt at another place");
        if (includes(batch, index, keccak256(abi.encode("forged", seed)), proof)) reportBreach("a forged receipt");
        if (batch.receipts.length > 1 && includes(batch, index / 2, Tree.leafOf(receipt), proof)) {
            reportBreach("a leaf's hash as a receipt");
        }
        Batch storage another = anyBatch(seed >> 128);
        if (another.receipts[0] != batch.receipts[0] && includes(another, index, receipt, proof)) {
            reportBreach("a receipt in another batch");
        }
    }

    /// @dev Places are given once, so this provider never contradicts itself here.
    function serve(uint256 seed) external {
        seed = mixed(seed);
        uint256 index = seed % PROVIDERS;
        IEquivocationModule.InferenceReceipt memory receipt = freshReceipt(seed, providers[index].addr);
        served.push(receipt);
        signatures.push(signedReceipt((seed >> 8) & 1 == 0 ? providers[index] : serviceKeys[index], receipt));
    }

    /// @dev All but the honest provider.
    function contradict(uint256 seed) external {
        seed = mixed(seed);
        uint256 index = seed % (PROVIDERS - 1);
        Contradiction storage pair = contradictions.push();
        IEquivocationModule.InferenceReceipt memory receipt = freshReceipt(seed, providers[index].addr);
        pair.a = receipt;
        pair.signatureA = signedReceipt(providers[index], receipt);
        receipt.responseHash = keccak256(abi.encode(seed, "another answer"));
        pair.b = receipt;
        pair.signatureB = signedReceipt(serviceKeys[index], receipt);
    }

    function proveContradiction(uint256 seed) external {
        seed = mixed(seed);
        Contradiction storage pair = openCase(seed);
        address provider = pair.a.provider;
        uint128 amount = pair.a.charged * 10;
        uint128 least = uint128(staked[provider] / 20);
        if (amount < least) amount = least;
        if (amount > staked[provider]) amount = uint128(staked[provider]);
        vm.assume(amount > 0);
        vm.prank(relayer);
        uint128 taken = module.proveEquivocation(pair.a, pair.signatureA, pair.b, pair.signatureB);
        if (taken != amount) reportBreach("slashed another sum");
        pair.proven = true;
        staked[provider] -= taken;
        credits[relayer] += taken / 10;
        credits[treasury] += taken - taken / 10;
    }

    /// @dev What is no contradiction, or none any more, must not slash anybody.
    function slashWithoutCause(uint256 seed) external {
        seed = mixed(seed);
        uint256 kind = (seed >> 64) % 4;
        if (kind == 0 || kind == 3) {
            vm.assume(served.length > 1);
            uint256 i = seed % served.length;
            uint256 j = kind == 0 ? (seed >> 128) % served.length : i;
            IEquivocationModule.InferenceReceipt memory a = served[i];
            return refuseProof("two honest receipts", a, signatures[i], served[j], signatures[j]);
        }
        if (kind == 1) {
            vm.assume(served.length > 0);
            uint256 i = seed % served.length;
            IEquivocationModule.InferenceReceipt memory forged = served[i];
            forged.responseHash = bytes32(seed);
            return refuseProof("a forged receipt", served[i], signatures[i], forged, signedReceipt(attacker, forged));
        }
        vm.assume(contradictions.length > 0);
        Contradiction storage pair = contradictions[seed % contradictions.length];
        vm.assume(pair.proven || vm.getBlockTimestamp() > pair.a.servedAt + RECEIPT_PERIOD);
        refuseProof("a case that is closed", pair.b, pair.signatureB, pair.a, pair.signatureA);
    }

    function checkSlashes() external view {
        assertEq(breach, "", "breach");
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            address provider = providers[i].addr;
            assertEq(registry.accountOf(provider).stake, staked[provider], "stake");
        }
        assertEq(registry.accountOf(providers[PROVIDERS - 1].addr).stake, STAKE, "stake of the honest");
        assertEq(registry.creditOf(relayer), credits[relayer], "finder");
        assertEq(registry.creditOf(treasury), credits[treasury], "treasury");
    }

    function checkAnchors() external view {
        assertEq(breach, "", "breach");
        for (uint256 i = 0; i < batches.length; ++i) {
            assertTrue(anchors.isAnchored(batches[i].document, batches[i].anchoredAt), "an anchor was lost");
        }
    }

    function refuseProof(
        string memory what,
        IEquivocationModule.InferenceReceipt memory a,
        bytes memory signatureA,
        IEquivocationModule.InferenceReceipt memory b,
        bytes memory signatureB
    ) private {
        bytes memory data = abi.encodeCall(module.proveEquivocation, (a, signatureA, b, signatureB));
        refuse(address(module), attacker.addr, what, data);
    }

    function freshReceipt(uint256 seed, address provider)
        private
        returns (IEquivocationModule.InferenceReceipt memory receipt)
    {
        receipt.provider = provider;
        receipt.payer = payer(seed >> 16).addr;
        receipt.channelId = keccak256(abi.encode("channel", provider, (seed >> 24) % 3));
        receipt.seq = ++places;
        receipt.responseHash = bytes32(seed);
        receipt.charged = uint128((seed >> 32) % 1e6);
        receipt.servedAt = uint40(vm.getBlockTimestamp());
    }

    function signedReceipt(Key memory by, IEquivocationModule.InferenceReceipt memory receipt)
        private
        view
        returns (bytes memory)
    {
        bytes32 domain_ = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH, keccak256("ProviderRegistry"), keccak256("1"), block.chainid, address(registry)
            )
        );
        bytes32 structHash = keccak256(abi.encode(RECEIPT_TYPEHASH, receipt));
        return sign(by.secret, keccak256(abi.encodePacked(hex"1901", domain_, structHash)));
    }

    function make(string memory artifact, bytes memory arguments) private returns (address made) {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
        }
        assertNotEq(made, address(0));
    }

    function openCase(uint256 seed) private view returns (Contradiction storage) {
        uint256 count = contradictions.length;
        for (uint256 i = 0; i < count; ++i) {
            Contradiction storage pair = contradictions[(seed % count + i) % count];
            if (!pair.proven && vm.getBlockTimestamp() <= pair.a.servedAt + RECEIPT_PERIOD) return pair;
        }
        vm.assume(false);
        return contradictions[0];
    }

    function anyBatch(uint256 seed) private view returns (Batch storage) {
        vm.assume(batches.length > 0);
        return batches[seed % batches.length];
    }

    function includes(Batch storage batch, uint256 index, bytes32 receipt, bytes32[] memory proof)
        private
        view
        returns (bool)
    {
        return anchors.includes(batch.document, batch.anchoredAt, index, receipt, proof);
    }
}
