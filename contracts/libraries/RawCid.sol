// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Addresses of raw IPFS blocks
/// @notice CIDv1, codec raw (0x55), multihash sha2-256, in lower-case base32 with the multibase prefix "b".
library RawCid {
    bytes private constant ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    /// @notice Text form of the CID of the raw block with this hash.
    /// @param sha256Digest SHA-256 of the block.
    /// @return cid 59 characters.
    function encode(bytes32 sha256Digest) internal pure returns (string memory cid) {
        bytes memory binary = bytes.concat(hex"01551220", sha256Digest);
        bytes memory text = new bytes(59);
        text[0] = "b";
        uint256 position = 1;
        uint256 buffer;
        uint256 bits;
        for (uint256 i; i < binary.length; ++i) {
            buffer = (buffer << 8) | uint8(binary[i]);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                text[position++] = ALPHABET[(buffer >> bits) & 31];
            }
        }
        // 36 bytes are 57 groups of five bits and three bits more, which are padded with zeros.
        text[position] = ALPHABET[(buffer << (5 - bits)) & 31];
        return string(text);
    }
}
