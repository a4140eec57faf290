// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TestWallet} from "../../contracts/mocks/TestWallet.sol";
import {Protocol} from "./support/Protocol.sol";

// transferWithAuthorization, receiveWithAuthorization (both signature forms)
// ├── given it is used, cancelled, early, late, or signed by another → Circle's reason
// ├── given receive and the caller is not the payee → Circle's reason
// └── else → moved once
// permit (both signature forms) · cancelAuthorization
// given the signer has code → EIP-1271 alone counts, even if its key signs
contract TestUSDCSignaturesTest is Protocol {
    bytes32 private constant NONCE = "nonce";
    string private constant INVALID = "FiatTokenV2: invalid signature";
    string private constant USED = "FiatTokenV2: authorization is used or canceled";

    function testFuzz_TransferWithAuthorization(uint256 value, bytes32 nonce, bool inPieces) external {
        value = bound(value, 0, WEALTH);
        bytes memory signature = sign(client.secret, digest("Transfer", value, nonce));
        transferSigned(value, nonce, signature, inPieces);
        assertEq(usdc.balanceOf(treasury), value, "moved");
        assertTrue(usdc.authorizationState(client.addr, nonce), "used");
        vm.expectRevert(bytes(USED));
        this.transferSigned(value, nonce, signature, inPieces);
    }

    function testFuzz_ReceiveWithAuthorization(uint256 value, bytes32 nonce, bool inPieces) external {
        value = bound(value, 0, WEALTH);
        bytes memory signature = sign(client.secret, digest("Receive", value, nonce));
        vm.expectRevert(bytes("FiatTokenV2: caller must be the payee"));
        this.receiveSigned(stranger.addr, value, nonce, signature, inPieces);
        receiveSigned(treasury, value, nonce, signature, inPieces);
        assertEq(usdc.balanceOf(treasury), value, "moved");
        vm.expectRevert(bytes(USED));
        this.receiveSigned(treasury, value, nonce, signature, inPieces);
    }

    function test_Authorization_GivenAnotherText() external {
        bytes memory signature = sign(client.secret, digest("Receive", 5, NONCE));
        vm.expectRevert(bytes(INVALID));
        this.transferSigned(5, NONCE, signature, false);
        vm.expectRevert(bytes(INVALID));
        this.receiveSigned(treasury, 6, NONCE, signature, false);
        vm.expectRevert(bytes("ECRecover: invalid signature length"));
        this.receiveSigned(treasury, 5, NONCE, signCompact(client.secret, digest("Receive", 5, NONCE)), false);
        vm.expectRevert(bytes("ECRecover: invalid signature 's' value"));
        this.receiveSigned(treasury, 5, NONCE, highTwin(signature), true);
        signature[64] = 0x1d;
        vm.expectRevert(bytes("ECRecover: invalid signature 'v' value"));
        this.receiveSigned(treasury, 5, NONCE, signature, false);
    }

    function testFuzz_Authorization_GivenAnotherChain(uint64 chain) external {
        vm.assume(chain != block.chainid && chain != 0);
        bytes memory signature = sign(client.secret, digest("Receive", 5, NONCE));
        vm.chainId(chain);
        vm.expectRevert(bytes(INVALID));
        this.receiveSigned(treasury, 5, NONCE, signature, false);
    }

    function testFuzz_CancelAuthorization(bool inPieces) external {
        bytes32 typeHash = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
        bytes32 structHash = keccak256(abi.encode(typeHash, client.addr, NONCE));
        bytes memory signature = sign(client.secret, digestOf(tokenDomain(), structHash));
        vm.expectRevert(bytes(INVALID));
        usdc.cancelAuthorization(stranger.addr, NONCE, signature);
        if (inPieces) {
            (uint8 v, bytes32 r, bytes32 s) = piecesOf(signature);
            usdc.cancelAuthorization(client.addr, NONCE, v, r, s);
        } else {
            usdc.cancelAuthorization(client.addr, NONCE, signature);
        }
        bytes memory payment = sign(client.secret, digest("Receive", 5, NONCE));
        vm.expectRevert(bytes(USED));
        this.receiveSigned(treasury, 5, NONCE, payment, false);
    }

    function testFuzz_Permit(uint256 value, bool inPieces) external {
        uint256 deadline = vm.getBlockTimestamp();
        bytes memory signature = sign(client.secret, permitDigest(client.addr, value, 0, deadline));
        permit(client.addr, value, deadline, signature, inPieces);
        assertEq(usdc.allowance(client.addr, stranger.addr), value, "allowance");
        assertEq(usdc.nonces(client.addr), 1, "nonce");
        vm.expectRevert(bytes("EIP2612: invalid signature"));
        this.permit(client.addr, value, deadline, signature, inPieces);
        skip(1);
        vm.expectRevert(bytes("FiatTokenV2: permit is expired"));
        this.permit(client.addr, value, deadline, signature, inPieces);
    }

    function test_GivenTheSignerHasCode() external {
        TestWallet wallet = new TestWallet(client.addr);
        vm.prank(client.addr);
        usdc.transfer(address(wallet), 10);
        bytes32 ofWallet = receiveDigest(address(wallet), 10, NONCE);
        bytes memory signature = sign(client.secret, ofWallet);
        vm.prank(address(escrow));
        usdc.receiveWithAuthorization(
            address(wallet), address(escrow), 10, 0, type(uint256).max, NONCE, signature
        );
        assertEq(usdc.balanceOf(address(escrow)), 10, "EIP-1271");
        uint256 deadline = type(uint256).max;
        permit(
            address(wallet), 7, deadline, sign(client.secret, permitDigest(address(wallet), 7, 0, deadline)), false
        );
        assertEq(usdc.allowance(address(wallet), stranger.addr), 7, "EIP-1271 permit");
    }

    function test_GivenTheSignerHasCodeAndAKey() external {
        bytes memory signature = sign(client.secret, digest("Receive", 5, NONCE));
        vm.etch(client.addr, hex"60006000fd");
        vm.expectRevert(bytes(INVALID));
        this.receiveSigned(treasury, 5, NONCE, signature, false);
    }

    function transferSigned(uint256 value, bytes32 nonce, bytes memory signature, bool inPieces) public {
        (uint8 v, bytes32 r, bytes32 s) = piecesOf(signature);
        uint256 forEver = type(uint256).max;
        vm.prank(stranger.addr);
        if (inPieces) usdc.transferWithAuthorization(client.addr, treasury, value, 0, forEver, nonce, v, r, s);
        else usdc.transferWithAuthorization(client.addr, treasury, value, 0, forEver, nonce, signature);
    }

    function receiveSigned(address caller, uint256 value, bytes32 nonce, bytes memory signature, bool inPieces)
        public
    {
        (uint8 v, bytes32 r, bytes32 s) = piecesOf(signature);
        uint256 forEver = type(uint256).max;
        vm.prank(caller);
        if (inPieces) usdc.receiveWithAuthorization(client.addr, treasury, value, 0, forEver, nonce, v, r, s);
        else usdc.receiveWithAuthorization(client.addr, treasury, value, 0, forEver, nonce, signature);
    }

    function permit(address signer, uint256 value, uint256 deadline, bytes memory signature, bool inPieces) public {
        (uint8 v, bytes32 r, bytes32 s) = piecesOf(signature);
        if (inPieces) usdc.permit(signer, stranger.addr, value, deadline, v, r, s);
        else usdc.permit(signer, stranger.addr, value, deadline, signature);
    }

    function digest(string memory kind, uint256 value, bytes32 nonce) private view returns (bytes32) {
        bytes32 typeHash = keccak256(
            bytes.concat(
                bytes(kind),
                "WithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
            )
        );
        return digestOf(
            tokenDomain(), keccak256(abi.encode(typeHash, client.addr, treasury, value, 0, type(uint256).max, nonce))
        );
    }

    function permitDigest(address signer, uint256 value, uint256 nonce, uint256 deadline)
        private
        view
        returns (bytes32)
    {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        return digestOf(
            tokenDomain(), keccak256(abi.encode(typeHash, signer, stranger.addr, value, nonce, deadline))
        );
    }

    function piecesOf(bytes memory signature) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
    }
}
