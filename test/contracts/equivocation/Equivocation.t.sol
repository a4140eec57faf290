// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CoreDeployer} from "../../../contracts/CoreDeployer.sol";
import {EquivocationDeployer} from "../../../contracts/EquivocationDeployer.sol";
import {EquivocationModule} from "../../../contracts/EquivocationModule.sol";
import {IEquivocationModule} from "../../../contracts/interfaces/IEquivocationModule.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {ProviderRegistry} from "../../../contracts/ProviderRegistry.sol";
import {Protocol} from "../support/Protocol.sol";

// proveEquivocation
// ├── when provider, channel or number differ → ReceiptsUnrelated
// ├── when both are the same → ReceiptsIdentical
// ├── when a receipt is older than the receipt period or from the future → ReceiptOutOfPeriod
// ├── when neither the provider nor a key of it signed a receipt (chain, contract, high s, code) → ReceiptNotSigned
// ├── when a key signed that was not yet, or not any more, valid when the receipt was served → ReceiptNotSigned
// ├── given the place slashed already, in whatever order and with whatever third receipt → AlreadyProven
// ├── given the channel is a job → JobTermsNeeded
// ├── given there is no stake → NothingToSlash, and the case stays open
// └── else → takes max(10 × charge, 5 % of stake and thawing), a tenth of it for the finder
// proveJobEquivocation
// ├── when the terms are of no opened job, of another provider or the receipts of another place → JobMismatch
// └── else → as above, and the case id is the job's
contract EquivocationTest is Protocol {
    uint40 private constant RECEIPT_PERIOD = 30 minutes;
    uint128 private constant STAKE = 1_000e6;
    bytes32 private constant RECEIPT_TYPEHASH = keccak256(
        "InferenceReceipt(address provider,address payer,bytes32 channelId,uint64 seq,bytes32 modelKey,bytes32 requestHash,bytes32 responseHash,bytes32 traceRoot,bytes32 detailsHash,uint64 tokensIn,uint64 tokensOut,uint128 charged,uint128 cumulativeCharged,uint40 servedAt,bytes32 prevReceipt)"
    );

    EquivocationModule private module;
    EquivocationDeployer private deployer;

    function setUp() public override {
        super.setUp();
        deployer = EquivocationDeployer(deploy("EquivocationDeployer.sol:EquivocationDeployer", ""));
        ProviderRegistry.Config memory config = registryConfig();
        config.slashModules[0] = deployer.MODULE();
        CoreDeployer core =
            CoreDeployer(deploy("CoreDeployer.sol:CoreDeployer", abi.encode(config, escrowConfig())));
        (registry, escrow) = (core.PROVIDER_REGISTRY(), core.JOB_ESCROW());
        deployer.deploy(registry, RECEIPT_PERIOD);
        module = EquivocationModule(deployer.MODULE());
        endow(client.addr);
        endow(provider.addr);
        vm.prank(provider.addr);
        registry.stake(provider.addr, STAKE);
        setServiceKey();
    }

    function testFuzz_ProveEquivocation(uint128 chargedA, uint128 chargedB, uint128 thawing, bool byKey) external {
        thawing = uint128(bound(thawing, 0, STAKE));
        if (thawing != 0) {
            vm.prank(provider.addr);
            registry.requestUnstake(thawing);
        }
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        (a.charged, b.charged) = (chargedA, chargedB);
        uint256 dearer = chargedA > chargedB ? chargedA : chargedB;
        uint256 wanted = 10 * dearer > STAKE / 20 ? 10 * dearer : STAKE / 20;
        uint128 slashed = wanted < STAKE ? uint128(wanted) : STAKE;
        bytes32 caseId = keccak256(abi.encode("equivocation", provider.addr, a.channelId, a.seq));
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Slashed(provider.addr, caseId, stranger.addr, slashed, slashed / 10);
        vm.expectEmit(address(module));
        emit IEquivocationModule.EquivocationProven(
            provider.addr, a.channelId, stranger.addr, a.seq, caseId, hashOf(a), hashOf(b), slashed
        );
        Key memory signer = byKey ? serviceKey : provider;
        assertEq(prove(a, signedBy(signer, a), b, signedBy(signer, b)), slashed, "slashed");
        assertEq(registry.creditOf(stranger.addr), slashed / 10, "finder");
        assertEq(registry.creditOf(treasury), slashed - slashed / 10, "treasury");
        IProviderRegistry.StakeAccount memory account = registry.accountOf(provider.addr);
        assertEq(uint256(account.stake) + account.thawing, STAKE - slashed, "stake");
        vm.prank(stranger.addr);
        registry.withdrawCredit(stranger.addr);
        assertEq(usdc.balanceOf(stranger.addr), WEALTH + slashed / 10, "the finder is paid");
    }

    /// @notice Any field but the place that differs is a contradiction.
    function testFuzz_ProveEquivocation_WhateverFieldDiffers(uint256 field, bytes32 value) external {
        (IEquivocationModule.InferenceReceipt memory a,) = pair();
        IEquivocationModule.InferenceReceipt memory b = withField(bound(field, 0, 10), value);
        vm.assume(hashOf(a) != hashOf(b));
        assertGt(prove(a, b), 0, "slashed");
    }

    function testFuzz_ProveEquivocation_WhenUnrelated(uint256 kind, uint256 value) external {
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        kind = bound(kind, 0, 2);
        if (kind == 0) b.provider = address(uint160(value));
        if (kind == 1) b.channelId = bytes32(value);
        if (kind == 2) b.seq = uint64(value);
        vm.assume(b.provider != a.provider || b.channelId != a.channelId || b.seq != a.seq);
        vm.expectRevert(IEquivocationModule.ReceiptsUnrelated.selector);
        prove(a, b);
    }

    function test_ProveEquivocation_WhenIdentical() external {
        (IEquivocationModule.InferenceReceipt memory a,) = pair();
        bytes memory again = signCompact(serviceKey.secret, digest(a));
        vm.expectRevert(abi.encodeWithSelector(IEquivocationModule.ReceiptsIdentical.selector, hashOf(a)));
        prove(a, signedBy(provider, a), a, again);
    }

    function testFuzz_ProveEquivocation_WhenOutOfPeriod(uint40 servedAt, bool first) external {
        skip(RECEIPT_PERIOD);
        uint256 time = vm.getBlockTimestamp();
        uint256 earliest = time - RECEIPT_PERIOD;
        vm.assume(servedAt < earliest || servedAt > time);
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        if (first) a.servedAt = servedAt;
        else b.servedAt = servedAt;
        vm.expectRevert(
            abi.encodeWithSelector(
                IEquivocationModule.ReceiptOutOfPeriod.selector, servedAt, earliest, time
            )
        );
        prove(a, b);
    }

    function test_ProveEquivocation_AtTheEdgesOfThePeriod() external {
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        skip(RECEIPT_PERIOD);
        b.servedAt = uint40(vm.getBlockTimestamp());
        assertGt(prove(a, b), 0, "slashed");
    }

    function testFuzz_ProveEquivocation_WhenNotSigned(uint256 secret, bool first) external {
        secret = bound(secret, 1, type(uint128).max);
        address signer = vm.addr(secret);
        vm.assume(signer != provider.addr && signer != serviceKey.addr);
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        bytes memory forgedA = sign(secret, digest(a));
        bytes memory forgedB = sign(secret, digest(b));
        expectNotSigned(first ? a : b);
        prove(a, first ? forgedA : signedBy(provider, a), b, first ? signedBy(provider, b) : forgedB);
    }

    function test_ProveEquivocation_WhenTheSignatureHasAHighSOrNoLength() external {
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        expectNotSigned(b);
        prove(a, signedBy(provider, a), b, highTwin(signedBy(provider, b)));
        expectNotSigned(b);
        prove(a, signedBy(provider, a), b, "");
    }

    /// @dev Receipts for another chain or another registry say nothing here.
    function test_ProveEquivocation_WhenSignedForAnotherChainOrContract() external {
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        bytes32 domain = domainOf("ProviderRegistry", "1", address(escrow));
        expectNotSigned(b);
        prove(a, signedBy(provider, a), b, sign(provider.secret, digestOf(domain, hashOf(b))));
        bytes memory here = signedBy(provider, a);
        vm.chainId(137);
        expectNotSigned(a);
        prove(a, here, b, signedBy(provider, b));
    }

    /// @dev A retired key does not slash: not for what is served after it was retired, only for what was served before.
    function test_ProveEquivocation_GivenARetiredKey() external {
        skip(60);
        uint40 retiredAt = uint40(vm.getBlockTimestamp());
        vm.prank(provider.addr);
        registry.revokeServiceKey(serviceKey.addr);
        skip(60);
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        (a.servedAt, b.servedAt) = (retiredAt, retiredAt);
        expectNotSigned(a);
        prove(a, signedBy(serviceKey, a), b, signedBy(serviceKey, b));
        a.servedAt = retiredAt - 1;
        expectNotSigned(b);
        prove(a, signedBy(serviceKey, a), b, signedBy(serviceKey, b));
        b.servedAt = retiredAt - 1;
        assertGt(prove(a, signedBy(serviceKey, a), b, signedBy(serviceKey, b)), 0, "served before");
    }

    function test_ProveEquivocation_GivenAKeyThatWasNotValidYet() external {
        skip(60);
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        (uint40 validFrom,) = registry.serviceKeyOf(provider.addr, serviceKey.addr);
        a.servedAt = validFrom - 1;
        expectNotSigned(a);
        prove(a, signedBy(serviceKey, a), b, signedBy(serviceKey, b));
    }

    function test_ProveEquivocation_GivenThePlaceSlashedAlready() external {
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        prove(a, b);
        bytes memory reason = abi.encodeWithSelector(
            IEquivocationModule.AlreadyProven.selector,
            keccak256(abi.encode("equivocation", provider.addr, a.channelId, a.seq))
        );
        vm.expectRevert(reason);
        prove(b, a);
        IEquivocationModule.InferenceReceipt memory third = a;
        third.responseHash = "third";
        vm.expectRevert(reason);
        prove(third, b);
        (a, b) = pair();
        (a.seq, b.seq) = (6, 6);
        assertGt(prove(a, b), 0, "another place is another case");
    }

    function test_ProveEquivocation_GivenThereIsNoStake_StaysOpen() external {
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) = pair();
        (a.provider, b.provider) = (stranger.addr, stranger.addr);
        bytes memory signatureA = signedBy(stranger, a);
        bytes memory signatureB = signedBy(stranger, b);
        vm.expectRevert(abi.encodeWithSelector(IEquivocationModule.NothingToSlash.selector, stranger.addr));
        prove(a, signatureA, b, signatureB);
        vm.prank(provider.addr);
        registry.stake(stranger.addr, 100);
        assertEq(prove(a, signatureA, b, signatureB), 100, "once there is some");
    }

    function testFuzz_ProveJobEquivocation(uint64 charged) external {
        (IJobEscrow.JobParams memory params, bytes32 jobId) = openJob();
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) =
            jobPair(jobId);
        (a.charged, b.charged) = (charged, charged);
        bytes memory signatureA = signedBy(serviceKey, a);
        bytes memory signatureB = signedBy(serviceKey, b);
        vm.expectRevert(abi.encodeWithSelector(IEquivocationModule.JobTermsNeeded.selector, jobId));
        prove(a, signatureA, b, signatureB);

        uint128 expected = module.slashAmount(provider.addr, charged);
        uint128 slashed = expected < STAKE ? expected : STAKE;
        vm.expectEmit(address(registry));
        emit IProviderRegistry.Slashed(provider.addr, jobId, stranger.addr, slashed, slashed / 10);
        vm.prank(stranger.addr);
        assertEq(module.proveJobEquivocation(params, a, signatureA, b, signatureB), slashed, "slashed");
        bytes32 id = keccak256(abi.encode("equivocation", provider.addr, jobId, uint64(0)));
        vm.expectRevert(abi.encodeWithSelector(IEquivocationModule.AlreadyProven.selector, id));
        module.proveJobEquivocation(params, a, signatureA, b, signatureB);
    }

    /// @dev What slashed before the job was opened does not slash again after.
    function test_ProveJobEquivocation_GivenThePlaceSlashedBeforeTheJobWasOpened() external {
        IJobEscrow.JobParams memory params = jobParams();
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) =
            jobPair(documentedJobId(params));
        prove(a, b);
        openJob(params);
        bytes32 id = keccak256(abi.encode("equivocation", provider.addr, a.channelId, uint64(0)));
        bytes memory signatureA = signedBy(provider, a);
        bytes memory signatureB = signedBy(provider, b);
        vm.expectRevert(abi.encodeWithSelector(IEquivocationModule.AlreadyProven.selector, id));
        module.proveJobEquivocation(params, a, signatureA, b, signatureB);
    }

    /// @dev A stranger's receipts with somebody's job id cannot use up that job's case.
    function test_ProveJobEquivocation_WhenTermsAndReceiptsDoNotMatch() external {
        IJobEscrow.JobParams memory params = jobParams();
        bytes32 jobId = documentedJobId(params);
        (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b) =
            jobPair(jobId);
        expectMismatch(params, a, b, jobId, "not opened");
        openJob(params);
        a.seq = b.seq = 1;
        expectMismatch(params, a, b, jobId, "another number");
        (a, b) = jobPair(jobId);
        (a.provider, b.provider) = (stranger.addr, stranger.addr);
        expectMismatch(params, a, b, jobId, "another provider");
        (a, b) = jobPair("another job");
        expectMismatch(params, a, b, jobId, "another channel");
    }

    function test_Constructor() external {
        assertEq(module.receiptPeriod(), RECEIPT_PERIOD, "period");
        assertEq(address(module.PROVIDERS()), address(registry), "registry");
        assertEq(address(module.ESCROW()), address(escrow), "escrow");
        assertEq(escrow.game(), address(0), "the escrow knows of no game");
        expectPeriodOutOfRange(0);
        this.make(0);
        expectPeriodOutOfRange(THAW + 1);
        this.make(THAW + 1);
    }

    function test_Deployer() external {
        vm.expectRevert(
            abi.encodeWithSelector(EquivocationDeployer.AlreadyDeployed.selector, address(module))
        );
        deployer.deploy(registry, RECEIPT_PERIOD);
        vm.expectRevert(abi.encodeWithSelector(EquivocationDeployer.NotMaker.selector, stranger.addr));
        vm.prank(stranger.addr);
        deployer.deploy(registry, RECEIPT_PERIOD);
        assertEq(registry.moduleActiveAt(address(module)), vm.getBlockTimestamp(), "active from the start");
    }

    function make(uint40 period) external {
        deploy("EquivocationModule.sol:EquivocationModule", abi.encode(registry, period));
    }

    function pair()
        private
        view
        returns (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b)
    {
        a = receipt();
        b = receipt();
        b.responseHash = "another answer";
    }

    function jobPair(bytes32 jobId)
        private
        view
        returns (IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b)
    {
        (a, b) = pair();
        (a.channelId, b.channelId) = (jobId, jobId);
        a.seq = b.seq = 0;
    }

    function receipt() private view returns (IEquivocationModule.InferenceReceipt memory document) {
        document.provider = provider.addr;
        document.payer = client.addr;
        document.channelId = "channel";
        document.seq = 5;
        document.modelKey = MODEL;
        document.requestHash = "request";
        document.responseHash = "answer";
        document.charged = 1e6;
        document.servedAt = uint40(vm.getBlockTimestamp());
    }

    function withField(uint256 field, bytes32 value)
        private
        view
        returns (IEquivocationModule.InferenceReceipt memory document)
    {
        document = receipt();
        uint256 number = uint256(value);
        if (field == 0) document.payer = address(uint160(number));
        if (field == 1) document.modelKey = value;
        if (field == 2) document.requestHash = value;
        if (field == 3) document.responseHash = value;
        if (field == 4) document.traceRoot = value;
        if (field == 5) document.detailsHash = value;
        if (field == 6) document.tokensIn = uint64(number);
        if (field == 7) document.tokensOut = uint64(number);
        if (field == 8) document.charged = uint128(number);
        if (field == 9) document.cumulativeCharged = uint128(number);
        if (field == 10) document.prevReceipt = value;
    }

    function hashOf(IEquivocationModule.InferenceReceipt memory document) private pure returns (bytes32) {
        return keccak256(abi.encode(RECEIPT_TYPEHASH, document));
    }

    function digest(IEquivocationModule.InferenceReceipt memory document) private view returns (bytes32) {
        return digestOf(domainOf("ProviderRegistry", "1", address(registry)), hashOf(document));
    }

    function signedBy(Key memory key, IEquivocationModule.InferenceReceipt memory document)
        private
        view
        returns (bytes memory)
    {
        return sign(key.secret, digest(document));
    }

    function prove(IEquivocationModule.InferenceReceipt memory a, IEquivocationModule.InferenceReceipt memory b)
        private
        returns (uint128)
    {
        return prove(a, signedBy(provider, a), b, signedBy(provider, b));
    }

    function prove(
        IEquivocationModule.InferenceReceipt memory a,
        bytes memory signatureA,
        IEquivocationModule.InferenceReceipt memory b,
        bytes memory signatureB
    ) private returns (uint128) {
        vm.prank(stranger.addr);
        return module.proveEquivocation(a, signatureA, b, signatureB);
    }

    function expectNotSigned(IEquivocationModule.InferenceReceipt memory document) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IEquivocationModule.ReceiptNotSigned.selector, document.provider, hashOf(document)
            )
        );
    }

    function expectMismatch(
        IJobEscrow.JobParams memory params,
        IEquivocationModule.InferenceReceipt memory a,
        IEquivocationModule.InferenceReceipt memory b,
        bytes32 jobId,
        string memory what
    ) private {
        bytes memory data = abi.encodeCall(
            module.proveJobEquivocation, (params, a, signedBy(provider, a), b, signedBy(provider, b))
        );
        (bool done, bytes memory reason) = address(module).call(data);
        assertFalse(done, what);
        assertEq(reason, abi.encodeWithSelector(IEquivocationModule.JobMismatch.selector, jobId), what);
    }

    function expectPeriodOutOfRange(uint40 period) private {
        vm.expectRevert(
            abi.encodeWithSelector(
                IEquivocationModule.ParameterOutOfRange.selector, "receiptPeriod", period, 1, THAW
            )
        );
    }
}
