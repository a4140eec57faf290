// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable reason-string, gas-custom-errors, avoid-low-level-calls

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Signatures as Circle's token checks them
/// @notice Unlike the protocol's own checker, an account with code is asked by EIP-1271 only, even if it could sign as a key.
library CircleSignatures {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// @notice Whether `signer` signed `digest`.
    /// @param signer Account that should have signed.
    /// @param digest EIP-712 digest.
    /// @param signature 65 bytes r, s, v; or what the account's code takes.
    /// @return valid A malformed signature of an account without code reverts instead.
    function isValidSignatureNow(address signer, bytes32 digest, bytes memory signature)
        internal
        view
        returns (bool valid)
    {
        if (signer.code.length == 0) return recover(digest, signature) == signer;
        (bool success, bytes memory result) =
            signer.staticcall(abi.encodeCall(IERC1271.isValidSignature, (digest, signature)));
        return success && result.length >= 32
            && abi.decode(result, (bytes32)) == bytes32(IERC1271.isValidSignature.selector);
    }

    /// @notice Key that made a signature.
    /// @param digest EIP-712 digest.
    /// @param signature 65 bytes r, s, v.
    /// @return signer Never zero.
    function recover(bytes32 digest, bytes memory signature) internal pure returns (address signer) {
        require(signature.length == 65, "ECRecover: invalid signature length");
        bytes32 r;
        bytes32 s;
        uint8 v;
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
            v := byte(0, mload(add(signature, 0x60)))
        }
        require(uint256(s) <= HALF_ORDER, "ECRecover: invalid signature 's' value");
        require(v == 27 || v == 28, "ECRecover: invalid signature 'v' value");
        signer = ecrecover(digest, v, r, s);
        require(signer != address(0), "ECRecover: invalid signature");
    }
}
