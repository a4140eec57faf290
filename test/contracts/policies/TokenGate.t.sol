// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IModelRegistry} from "../../../contracts/interfaces/IModelRegistry.sol";
import {GateToken} from "./GateToken.sol";
import {PolicyProtocol} from "./PolicyProtocol.sol";

// token gate
// ├── given no root → AccessRootMismatch
// ├── when the proof is not the root's 128 bytes → refused
// ├── given kind 20, 721 or 1155
// │   ├── given less than the minimum, or a minimum of zero → refused
// │   └── else → admitted
// ├── given the one token of an ERC-721 → its owner alone
// ├── given another kind, or an address that is none → refused
// ├── given a token that reverts, burns its gas or answers anything but one word → refused, and never a revert
// ├── given too little gas for the token → refused
// └── a job is made with the token and refused without
contract TokenGateTest is PolicyProtocol {
    IModelRegistry.AccessPolicy private constant GATE = IModelRegistry.AccessPolicy.TokenGate;

    GateToken private token;

    function setUp() public override {
        super.setUp();
        token = new GateToken();
    }

    function test_TokenGate_GivenNoRoot() external {
        expectUnfit(GATE, 0);
    }

    function testFuzz_TokenGate_GivenABalance(bool collection, uint256 balance, uint256 minimum, uint256 id) external {
        token.give(client.addr, balance);
        bytes memory proof = setGate(collection ? 721 : 20, id, minimum == 0 ? 1 : minimum);
        assertEq(allows(client.addr, proof), balance >= (minimum == 0 ? 1 : minimum), "client");
        assertFalse(allows(stranger.addr, proof), "holds nothing");
    }

    function testFuzz_TokenGate_GivenABalanceOfAnId(uint256 id, uint256 balance, uint256 minimum) external {
        token.give(client.addr, id, balance);
        minimum = minimum == 0 ? 1 : minimum;
        assertEq(allows(client.addr, setGate(1155, id, minimum)), balance >= minimum, "client");
        unchecked {
            assertFalse(allows(client.addr, setGate(1155, id + 1, minimum)), "another id");
        }
    }

    function testFuzz_TokenGate_GivenOneToken(uint256 id, address other) external {
        vm.assume(other != client.addr);
        token.give(client.addr, id, 1);
        bytes memory proof = setGate(721, id, 0);
        assertTrue(allows(client.addr, proof), "owner");
        assertFalse(allows(other, proof), "another");
    }

    function testFuzz_TokenGate_GivenAMinimumOfZero(uint256 balance) external {
        token.give(client.addr, balance);
        token.give(client.addr, 7, balance);
        assertFalse(allows(client.addr, setGate(20, 7, 0)), "20");
        assertFalse(allows(client.addr, setGate(1155, 7, 0)), "1155");
    }

    function testFuzz_TokenGate_GivenAnotherKind(uint256 kind) external {
        vm.assume(kind != 20 && kind != 721 && kind != 1155);
        token.setAnswer(32);
        assertFalse(allows(client.addr, setGate(kind, 7, 1)), "minimum 1");
        assertFalse(allows(client.addr, setGate(kind, 7, 0)), "minimum 0");
    }

    function testFuzz_TokenGate_GivenNoToken(uint256 word) external {
        bytes memory proof = abi.encode(20, bound(word, uint256(1) << 160, type(uint256).max), 0, 1);
        setPolicy(GATE, keccak256(proof));
        assertFalse(allows(client.addr, proof), "no address");
        proof = abi.encode(20, stranger.addr, 0, 1);
        setPolicy(GATE, keccak256(proof));
        assertFalse(allows(client.addr, proof), "no code");
    }

    function test_TokenGate_GivenDirtyBitsAboveAnAddress() external {
        token.give(client.addr, 1);
        uint256 dirty = uint256(uint160(address(token))) | (uint256(1) << 200);
        bytes memory proof = abi.encode(20, dirty, 0, 1);
        setPolicy(GATE, keccak256(proof));
        assertFalse(allows(client.addr, proof));
    }

    function testFuzz_TokenGate_WhenTheProofIsAnother(bytes memory other, uint256 minimum) external {
        token.give(client.addr, type(uint256).max);
        bytes memory proof = setGate(20, 0, 5);
        assertTrue(allows(client.addr, proof), "the gate itself");
        vm.assume(keccak256(other) != keccak256(proof) && minimum != 5);
        assertFalse(allows(client.addr, other), "any bytes");
        assertFalse(allows(client.addr, abi.encode(20, token, 0, minimum)), "a gate of one's own");
        assertFalse(allows(client.addr, bytes.concat(proof, hex"00")), "a byte more");
        setPolicy(GATE, keccak256(other));
        if (other.length != 128) assertFalse(allows(client.addr, other), "a root of other bytes");
    }

    function testFuzz_TokenGate_GivenAnotherLengthOfTheAnswer(uint256 length) external {
        uint16[3] memory kinds = [20, 721, 1155];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory proof = setGate(kinds[i], 7, 1);
            token.setAnswer(32);
            assertTrue(allows(client.addr, proof), "one word");
            token.setAnswer(31);
            assertFalse(allows(client.addr, proof), "a byte less");
            token.setAnswer(33);
            assertFalse(allows(client.addr, proof), "a byte more");
            token.setAnswer(0);
            assertFalse(allows(client.addr, proof), "nothing");
            token.setAnswer(bound(length, 33, 100_000));
            assertFalse(allows(client.addr, proof), "a flood");
        }
        token.setAnswer(32);
        assertFalse(allows(client.addr, setGate(721, 7, 0)), "an owner with dirty bits");
    }

    function test_TokenGate_GivenAHostileToken() external {
        token.give(client.addr, 1);
        token.give(client.addr, 7, 1);
        uint16[4] memory kinds = [20, 721, 1155, 721];
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory proof = setGate(kinds[i], 7, i == 3 ? 0 : 1);
            token.setMode(GateToken.Mode.Revert);
            assertFalse(allows(client.addr, proof), "reverts");
            token.setMode(GateToken.Mode.BurnGas);
            uint256 gasBefore = gasleft();
            assertFalse(allows(client.addr, proof), "burns gas");
            assertLt(gasBefore - gasleft(), 150_000, "what it may burn");
            token.setMode(GateToken.Mode.Honest);
            assertTrue(allows(client.addr, proof), "honest again");
        }
    }

    function testFuzz_TokenGate_GivenLittleGas(uint256 gasLimit) external {
        bytes memory proof = setGate(20, 0, 1);
        bytes memory data = abi.encodeCall(IModelRegistry.canUse, (MODEL, client.addr, proof));
        (bool success, bytes memory result) = address(models).staticcall{gas: bound(gasLimit, 0, 200_000)}(data);
        assertFalse(success && abi.decode(result, (bool)), "nothing held, nothing allowed");
    }

    function test_TokenGate_OfAJob() external {
        bytes memory proof = setGate(20, 0, 5);
        assertRefusedByEscrow(client, proof);
        token.give(client.addr, 5);
        assertRefusedByEscrow(client, "");
        assertBuys(client, proof);
    }

    function setGate(uint256 kind, uint256 id, uint256 minimum) private returns (bytes memory proof) {
        proof = abi.encode(kind, token, id, minimum);
        setPolicy(GATE, keccak256(proof));
    }
}
