// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IProviderRegistry} from "../../contracts/interfaces/IProviderRegistry.sol";
import {TestWallet} from "../../contracts/mocks/TestWallet.sol";
import {Protocol} from "./support/Protocol.sol";

// setServiceKey
// ├── when the key is zero, or valid in the past → ZeroAddress, ServiceKeyTooEarly
// ├── given the pair was set before, revoked or not → ServiceKeyAlreadySet
// ├── when the key did not sign for this provider and time → BadSignature
// └── else → valid from then on; zero means from this block on
// revokeServiceKey
// ├── given it was never set, or is revoked → ServiceKeyUnknown
// └── else → valid until just before this second, for good
// announce
// ├── when the record is over, or names another endpoint → RecordExpired, EndpointMismatch
// ├── when the provider did not sign it → BadSignature
// └── else → the event carries record, endpoint and signature, whoever relays
contract ServiceKeyTest is Protocol {
    string private constant ENDPOINT = "http://127.0.0.1:3001";

    function testFuzz_SetServiceKey(uint40 delay, uint40 time) external {
        uint40 now_ = uint40(vm.getBlockTimestamp());
        uint40 validFrom = now_ + uint40(bound(delay, 0, 365 days));
        vm.expectEmit(address(registry));
        emit IProviderRegistry.ServiceKeySet(provider.addr, serviceKey.addr, validFrom);
        set(validFrom, proofOf(serviceKey, validFrom));
        assertEq(isValidAt(time), time >= validFrom, "valid from then on");
        assertFalse(registry.keyValidAt(stranger.addr, serviceKey.addr, validFrom), "for this provider only");
        assertFalse(registry.keyValidAt(provider.addr, stranger.addr, validFrom), "this key only");
    }

    function test_SetServiceKey_WhenFromNowOn() external {
        set(0, proofOf(serviceKey, 0));
        uint40 now_ = uint40(vm.getBlockTimestamp());
        (uint40 validFrom, uint40 until) = registry.serviceKeyOf(provider.addr, serviceKey.addr);
        assertEq(validFrom, now_, "from");
        assertEq(until, 0, "until");
        assertTrue(isValidAt(now_));
        assertFalse(isValidAt(now_ - 1));
    }

    function testFuzz_SetServiceKey_WhenInThePast(uint40 validFrom) external {
        uint40 now_ = uint40(vm.getBlockTimestamp());
        validFrom = uint40(bound(validFrom, 1, now_ - 1));
        bytes memory proof = proofOf(serviceKey, validFrom);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.ServiceKeyTooEarly.selector, validFrom, now_));
        set(validFrom, proof);
    }

    function test_SetServiceKey_WhenTheKeyIsZero() external {
        vm.expectRevert(IProviderRegistry.ZeroAddress.selector);
        vm.prank(provider.addr);
        registry.setServiceKey(address(0), 0, "");
    }

    function test_SetServiceKey_GivenItWasSet() external {
        bytes memory proof = proofOf(serviceKey, 0);
        bytes memory reason = abi.encodeWithSelector(
            IProviderRegistry.ServiceKeyAlreadySet.selector, provider.addr, serviceKey.addr
        );
        set(0, proof);
        vm.expectRevert(reason);
        set(0, proof);
        vm.prank(provider.addr);
        registry.revokeServiceKey(serviceKey.addr);
        vm.expectRevert(reason);
        set(0, proof);
    }

    function test_SetServiceKey_WhenTheKeyDidNotAgree() external {
        expectBadProof(proofOf(provider, 0));
        expectBadProof(proofOf(serviceKey, uint40(vm.getBlockTimestamp())));
        expectBadProof(sign(serviceKey.secret, serviceKeyDigest(stranger.addr, serviceKey.addr, 0)));
        expectBadProof(highTwin(proofOf(serviceKey, 0)));
        expectBadProof("");
    }

    function testFuzz_RevokeServiceKey(uint40 delay) external {
        set(0, proofOf(serviceKey, 0));
        skip(bound(delay, 1, 365 days));
        uint40 until = uint40(vm.getBlockTimestamp());
        vm.expectEmit(address(registry));
        emit IProviderRegistry.ServiceKeyRevoked(provider.addr, serviceKey.addr, until);
        revoke(serviceKey.addr);
        assertTrue(isValidAt(until - 1), "what it signed before stays valid");
        assertFalse(isValidAt(until), "not from now on");
        expectUnknown(serviceKey.addr);
        revoke(serviceKey.addr);
    }

    function test_RevokeServiceKey_GivenItIsNotValidYet() external {
        uint40 validFrom = uint40(vm.getBlockTimestamp()) + 1 days;
        set(validFrom, proofOf(serviceKey, validFrom));
        revoke(serviceKey.addr);
        assertFalse(isValidAt(validFrom), "never valid");
        assertFalse(isValidAt(validFrom + 1 days), "never valid later");
    }

    function testFuzz_RevokeServiceKey_GivenItWasNeverSet(address key) external {
        expectUnknown(key);
        revoke(key);
    }

    function testFuzz_Announce(bytes32 hpkeKey, bytes32 peerIdHash, uint64 version, uint40 lifetime) external {
        IProviderRegistry.ProviderRecord memory record = recordOf(provider.addr);
        record.hpkeKey = hpkeKey;
        record.peerIdHash = peerIdHash;
        record.version = version;
        record.expiresAt = uint40(vm.getBlockTimestamp() + bound(lifetime, 1, 365 days));
        bytes memory signature = signCompact(provider.secret, recordDigest(record));
        vm.expectEmit(address(registry));
        emit IProviderRegistry.ProviderAnnounced(provider.addr, record, ENDPOINT, signature);
        vm.prank(stranger.addr);
        registry.announce(record, ENDPOINT, signature);
    }

    function test_Announce_WhenTheRecordIsOver() external {
        IProviderRegistry.ProviderRecord memory record = recordOf(provider.addr);
        record.expiresAt = uint40(vm.getBlockTimestamp());
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.RecordExpired.selector, record.expiresAt));
        registry.announce(record, ENDPOINT, "");
    }

    function testFuzz_Announce_WhenTheEndpointIsAnother(string memory endpoint) external {
        vm.assume(keccak256(bytes(endpoint)) != keccak256(bytes(ENDPOINT)));
        IProviderRegistry.ProviderRecord memory record = recordOf(provider.addr);
        bytes memory signature = sign(provider.secret, recordDigest(record));
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.EndpointMismatch.selector, keccak256(bytes(endpoint)))
        );
        registry.announce(record, endpoint, signature);
    }

    function test_Announce_WhenTheProviderDidNotSign() external {
        IProviderRegistry.ProviderRecord memory record = recordOf(provider.addr);
        bytes memory byServiceKey = sign(serviceKey.secret, recordDigest(record));
        setServiceKey();
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.BadSignature.selector, provider.addr));
        registry.announce(record, ENDPOINT, byServiceKey);
        bytes memory ofAnotherRecord = sign(provider.secret, recordDigest(record));
        record.hpkeKey = "a thief's key";
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.BadSignature.selector, provider.addr));
        registry.announce(record, ENDPOINT, ofAnotherRecord);
        record.provider = address(0);
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.BadSignature.selector, address(0)));
        registry.announce(record, ENDPOINT, new bytes(65));
    }

    function test_Announce_GivenAProviderWithCode() external {
        TestWallet wallet = new TestWallet(provider.addr);
        IProviderRegistry.ProviderRecord memory record = recordOf(address(wallet));
        bytes memory signature = sign(provider.secret, recordDigest(record));
        vm.expectEmit(address(registry));
        emit IProviderRegistry.ProviderAnnounced(address(wallet), record, ENDPOINT, signature);
        registry.announce(record, ENDPOINT, signature);
    }

    function recordOf(address account) private view returns (IProviderRegistry.ProviderRecord memory record) {
        record.provider = account;
        record.serviceKey = serviceKey.addr;
        record.hpkeKey = "public key";
        record.endpointHash = keccak256(bytes(ENDPOINT));
        record.version = 1;
        record.expiresAt = uint40(vm.getBlockTimestamp()) + 1 days;
    }

    function proofOf(Key memory key, uint40 validFrom) private view returns (bytes memory) {
        return sign(key.secret, serviceKeyDigest(provider.addr, serviceKey.addr, validFrom));
    }

    function set(uint40 validFrom, bytes memory proof) private {
        vm.prank(provider.addr);
        registry.setServiceKey(serviceKey.addr, validFrom, proof);
    }

    function revoke(address key) private {
        vm.prank(provider.addr);
        registry.revokeServiceKey(key);
    }

    function expectBadProof(bytes memory proof) private {
        vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.BadSignature.selector, serviceKey.addr));
        set(0, proof);
    }

    function expectUnknown(address key) private {
        vm.expectRevert(
            abi.encodeWithSelector(IProviderRegistry.ServiceKeyUnknown.selector, provider.addr, key)
        );
    }

    function isValidAt(uint40 time) private view returns (bool) {
        return registry.keyValidAt(provider.addr, serviceKey.addr, time);
    }
}
