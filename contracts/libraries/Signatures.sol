// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Signatures of keys and of accounts with code
/// @notice ECDSA is tried first, whether or not the signer has code, so that an EIP-7702 account may sign either way.
library Signatures {
    /// @notice Most gas that an account with code may burn to answer.
    uint256 internal constant ERC1271_GAS = 100_000;

    /// @dev Half of the curve's order: a higher `s` is the malleable twin of a valid signature.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    bytes32 private constant COMPACT_S_MASK = bytes32(type(uint256).max >> 1);

    /// @notice Whether `signer` signed `digest`, as a key or as a contract (EIP-1271).
    /// @param signer Account that should have signed.
    /// @param digest EIP-712 digest.
    /// @param signature 65 bytes, 64 bytes (EIP-2098), or whatever the account with code takes.
    /// @return valid False for anything else, the zero address included.
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool valid) {
        address recovered = recover(digest, signature);
        if (recovered != address(0) && recovered == signer) return true;
        return isValidERC1271(signer, digest, signature);
    }

    /// @notice Key that made an ECDSA signature.
    /// @param digest EIP-712 digest.
    /// @param signature 65 bytes or 64 bytes (EIP-2098).
    /// @return signer Zero if the length, `s` or `v` is out of range or nothing is recovered.
    function recover(bytes32 digest, bytes calldata signature) internal pure returns (address signer) {
        bytes32 r;
        bytes32 s;
        uint8 v;
        if (signature.length == 65) {
            r = bytes32(signature[0:32]);
            s = bytes32(signature[32:64]);
            v = uint8(signature[64]);
        } else if (signature.length == 64) {
            r = bytes32(signature[0:32]);
            bytes32 vs = bytes32(signature[32:64]);
            s = vs & COMPACT_S_MASK;
            v = uint8(27 + (uint256(vs) >> 255));
        } else {
            return address(0);
        }
        if (uint256(s) > HALF_ORDER || (v != 27 && v != 28)) return address(0);
        return ecrecover(digest, v, r, s);
    }

    /// @notice Whether the code of `signer` answers EIP-1271's magic value, with bounded gas and a bounded copy of the answer.
    /// @param signer Account with code.
    /// @param digest EIP-712 digest.
    /// @param signature Passed on as it is.
    /// @return valid False for an account without code.
    function isValidERC1271(address signer, bytes32 digest, bytes calldata signature)
        internal
        view
        returns (bool valid)
    {
        if (signer.code.length == 0) return false;
        bytes memory data = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        bytes32 magic = IERC1271.isValidSignature.selector;
        uint256 gasLimit = ERC1271_GAS;
        assembly ("memory-safe") {
            let success := staticcall(gasLimit, signer, add(data, 0x20), mload(data), 0, 0x20)
            valid := and(success, and(gt(returndatasize(), 0x1f), eq(mload(0), magic)))
        }
    }
}
