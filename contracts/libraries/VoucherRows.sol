// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Packed vouchers
/// @notice Rows of 120 bytes that come in, entries of 40 bytes that go out. A row: payer 20, signer 20, salt 4,
/// withdrawDelay 4, amount 8, r 32, vs 32 (EIP-2098).
library VoucherRows {
    /// @notice Bytes of a row.
    uint256 internal constant ROW_BYTES = 120;

    /// @notice Bytes of a packed entry: channel id, and what is claimed of it.
    uint256 internal constant ENTRY_BYTES = 40;

    /// @notice Type hash of what a signer signs.
    bytes32 internal constant VOUCHER_TYPEHASH =
        keccak256("Voucher(bytes32 channelId,uint128 maxClaimableAmount)");

    /// @dev Entries are written by whole words; what the last one spills lies in a tail that `trim` cuts off.
    uint256 private constant SPILL_BYTES = 24;

    /// @dev Half of the curve's order: a higher `s` is the malleable twin of a valid signature.
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    uint256 private constant S_MASK = type(uint256).max >> 1;

    /// @notice Reads a row and checks its signature.
    /// @dev Every field is cut out of the word that starts at it. One scratch buffer beyond the free memory serves the
    /// seven words of the channel's id, both hashes of EIP-712 and ecrecover's input.
    /// @param receiver Receiver of the row's channel.
    /// @param rows All rows.
    /// @param row Index of this one, within `rows`.
    /// @param separator Domain separator of the channels.
    /// @return channelId Id of the row's channel.
    /// @return amount What the voucher promises, cumulative.
    /// @return valid Whether the row's signer signed it; the zero address signs nothing.
    function read(address receiver, bytes calldata rows, uint256 row, bytes32 separator)
        internal
        view
        returns (bytes32 channelId, uint64 amount, bool valid)
    {
        bytes32 typeHash = VOUCHER_TYPEHASH;
        (uint256 mask, uint256 halfOrder) = (S_MASK, HALF_ORDER);
        assembly ("memory-safe") {
            let at := add(rows.offset, mul(row, 120))
            let buffer := mload(0x40)
            let signer := shr(96, calldataload(add(at, 20)))
            mstore(buffer, chainid())
            mstore(add(buffer, 0x20), address())
            mstore(add(buffer, 0x40), shr(96, calldataload(at)))
            mstore(add(buffer, 0x60), signer)
            mstore(add(buffer, 0x80), receiver)
            mstore(add(buffer, 0xa0), shr(224, calldataload(add(at, 40))))
            mstore(add(buffer, 0xc0), shr(224, calldataload(add(at, 44))))
            channelId := keccak256(buffer, 0xe0)
            amount := shr(192, calldataload(add(at, 48)))

            mstore(buffer, typeHash)
            mstore(add(buffer, 0x20), channelId)
            mstore(add(buffer, 0x40), amount)
            let structHash := keccak256(buffer, 0x60)
            mstore(buffer, shl(240, 0x1901))
            mstore(add(buffer, 0x02), separator)
            mstore(add(buffer, 0x22), structHash)
            let digest := keccak256(buffer, 0x42)

            let vs := calldataload(add(at, 88))
            let s := and(vs, mask)
            mstore(buffer, digest)
            mstore(add(buffer, 0x20), add(27, shr(255, vs)))
            mstore(add(buffer, 0x40), calldataload(add(at, 56)))
            mstore(add(buffer, 0x60), s)
            mstore(0x00, 0)
            let done := staticcall(gas(), 1, buffer, 0x80, 0x00, 0x20)
            valid := and(and(done, eq(mload(0x00), signer)), and(gt(signer, 0), iszero(gt(s, halfOrder))))
        }
    }

    /// @notice Memory for entries, to be written from the first on and trimmed at the end.
    /// @param count Most entries.
    /// @return packed Uncut.
    function allocate(uint256 count) internal pure returns (bytes memory packed) {
        return new bytes(count * ENTRY_BYTES + SPILL_BYTES);
    }

    /// @notice Writes an entry; the next one covers what it spills.
    /// @param packed Made by `allocate`.
    /// @param index Of the entry, one after the last.
    /// @param channelId Channel.
    /// @param claimed What is claimed of it from now on.
    function put(bytes memory packed, uint256 index, bytes32 channelId, uint64 claimed) internal pure {
        assembly ("memory-safe") {
            let at := add(add(packed, 0x20), mul(index, 40))
            mstore(at, channelId)
            mstore(add(at, 0x20), shl(192, claimed))
        }
    }

    /// @notice Cuts off what holds no entry.
    /// @param packed Made by `allocate`.
    /// @param count Entries written.
    function trim(bytes memory packed, uint256 count) internal pure {
        assembly ("memory-safe") {
            mstore(packed, mul(count, 40))
        }
    }
}
