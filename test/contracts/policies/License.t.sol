// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {TestWallet} from "../../../contracts/mocks/TestWallet.sol";
import {PolicyProtocol} from "./PolicyProtocol.sol";

// licence
// ├── given a root without a signer → AccessRootMismatch
// ├── when the grant is for another user, model, chain or contract, expired, or of another epoch → refused
// ├── when the signer is another, the signature malformed or of high s → refused
// ├── given a contract as signer
// │   ├── given it answers EIP-1271 → admitted
// │   └── given it refuses, reverts or burns its gas → refused, and never a revert
// ├── else → admitted until it expires
// ├── an update of the epoch revokes all grants, one of other terms none
// └── a job is made with the grant and refused without
contract LicenseTest is PolicyProtocol {
    IModelRegistry.AccessPolicy private constant LICENSE = IModelRegistry.AccessPolicy.License;
    bytes32 private constant GRANT_TYPEHASH =
        keccak256("AccessGrant(bytes32 modelKey,address user,uint40 expiresAt,uint256 nonce)");

    Key private signer = makeKey("licensor");
    uint40 private expiresAt;

    function setUp() public override {
        super.setUp();
        expiresAt = uint40(vm.getBlockTimestamp()) + 1 days;
        setPolicy(LICENSE, rootOf(signer.addr, 3));
    }

    function testFuzz_License_GivenNoSigner(uint96 epoch) external {
        expectUnfit(LICENSE, bytes32(uint256(epoch)));
    }

    function testFuzz_License_Admits(address user, uint40 delay, uint96 epoch) external {
        expiresAt = uint40(vm.getBlockTimestamp() + bound(delay, 1, 3_650 days));
        setPolicy(LICENSE, rootOf(signer.addr, epoch));
        bytes32 digest = grantDigest(MODEL, user, expiresAt, epoch);
        assertTrue(allows(user, proofBy(sign(signer.secret, digest))), "65 bytes");
        assertTrue(allows(user, proofBy(signCompact(signer.secret, digest))), "64 bytes");
        skip(expiresAt - vm.getBlockTimestamp() - 1);
        assertTrue(allows(user, proofBy(sign(signer.secret, digest))), "the last second");
        skip(1);
        assertFalse(allows(user, proofBy(sign(signer.secret, digest))), "expired");
    }

    function testFuzz_License_WhenTheGrantIsAnother(address user, bytes32 model, uint40 expiry, uint256 nonce) external {
        vm.assume(user != client.addr && model != MODEL && expiry != expiresAt && nonce != 3);
        bytes memory proof = proofBy(sign(signer.secret, grantDigest(MODEL, client.addr, expiresAt, 3)));
        assertTrue(allows(client.addr, proof), "the client's");
        assertFalse(allows(user, proof), "another user");
        assertRefusal(grantDigest(model, client.addr, expiresAt, 3), "another model");
        assertRefusal(grantDigest(MODEL, client.addr, expiry, 3), "another expiry");
        assertRefusal(grantDigest(MODEL, client.addr, expiresAt, nonce), "another epoch");
    }

    function test_License_WhenForAnotherChainOrContract() external {
        bytes32 grant = keccak256(abi.encode(GRANT_TYPEHASH, MODEL, client.addr, expiresAt, 3));
        assertRefusal(digestOf(domainOf("ModelRegistry", "1", address(escrow)), grant), "another contract");
        assertRefusal(digestOf(domainOf("ModelRegistry", "2", address(models)), grant), "another version");
        bytes memory proof = proofBy(sign(signer.secret, grantDigest(MODEL, client.addr, expiresAt, 3)));
        assertTrue(allows(client.addr, proof), "this chain");
        vm.chainId(1);
        assertFalse(allows(client.addr, proof), "another chain");
    }

    function testFuzz_License_WhenTheSignatureIsNone(bytes memory proof) external view {
        assertFalse(allows(client.addr, proof), "any bytes");
        assertFalse(allows(client.addr, proofBy(proof)), "any signature");
    }

    function test_License_WhenAnotherSigned() external {
        bytes32 digest = grantDigest(MODEL, client.addr, expiresAt, 3);
        assertFalse(allows(client.addr, proofBy(sign(stranger.secret, digest))), "a stranger");
        assertFalse(allows(client.addr, proofBy(sign(client.secret, digest))), "the user");
        assertFalse(allows(client.addr, proofBy(highTwin(sign(signer.secret, digest)))), "high s");
    }

    function test_License_GivenAContractAsSigner() external {
        TestWallet wallet = new TestWallet(signer.addr);
        setPolicy(LICENSE, rootOf(address(wallet), 3));
        bytes memory proof = proofBy(sign(signer.secret, grantDigest(MODEL, client.addr, expiresAt, 3)));
        assertTrue(allows(client.addr, proof), "its key");
        assertFalse(allows(stranger.addr, proof), "another user");
        TestWallet.Mode[3] memory modes = [TestWallet.Mode.Refuse, TestWallet.Mode.Revert, TestWallet.Mode.BurnGas];
        for (uint256 i = 0; i < modes.length; ++i) {
            vm.prank(signer.addr);
            wallet.setMode(modes[i]);
            uint256 gasBefore = gasleft();
            assertFalse(allows(client.addr, proof), "it refuses");
            assertLt(gasBefore - gasleft(), 160_000, "what it may burn");
        }
    }

    function testFuzz_License_RevokedByTheEpoch(uint96 epoch) external {
        vm.assume(epoch != 3);
        bytes memory proof = proofBy(sign(signer.secret, grantDigest(MODEL, client.addr, expiresAt, 3)));
        vm.prank(modelOwner);
        models.update(MODEL, FLOOR + 1, ROYALTY_BPS, LICENSE, rootOf(signer.addr, 3));
        assertTrue(allows(client.addr, proof), "other terms leave grants alone");
        setPolicy(LICENSE, rootOf(signer.addr, epoch));
        assertFalse(allows(client.addr, proof), "revoked");
        setPolicy(LICENSE, rootOf(stranger.addr, 3));
        assertFalse(allows(client.addr, proof), "another signer");
    }

    function test_License_OfAJob() external {
        bytes memory proof = proofBy(sign(signer.secret, grantDigest(MODEL, client.addr, expiresAt, 3)));
        assertRefusedByEscrow(client, "");
        assertRefusedByEscrow(stranger, proof);
        uint256 snapshot = vm.snapshotState();
        assertBuys(client, proof);
        vm.revertToState(snapshot);
        setPolicy(LICENSE, rootOf(signer.addr, 4));
        assertRefusedByEscrow(client, proof);
    }

    function rootOf(address account, uint96 epoch) private pure returns (bytes32) {
        return bytes32(abi.encodePacked(account, epoch));
    }

    function proofBy(bytes memory signature) private view returns (bytes memory) {
        return abi.encodePacked(expiresAt, signature);
    }

    function assertRefusal(bytes32 digest, string memory message) private view {
        assertFalse(allows(client.addr, proofBy(sign(signer.secret, digest))), message);
    }

    function grantDigest(bytes32 model, address user, uint40 expiry, uint256 nonce) private view returns (bytes32) {
        bytes32 grant = keccak256(abi.encode(GRANT_TYPEHASH, model, user, expiry, nonce));
        return digestOf(domainOf("ModelRegistry", "1", address(models)), grant);
    }
}
