import { type Address, type Hex, hexToBytes, keccak256 } from 'viem'

const BLOOM_BYTES = 256

/**
 * Whether a block's bloom filter allows logs of an address (Yellow Paper, 4.3.1). False means there are none;
 * a filter that is missing or malformed allows everything.
 */
export function mayContainLogs(bloom: Hex | null, address: Address): boolean {
  if (bloom === null || bloom.length !== 2 + BLOOM_BYTES * 2) return true
  const bits = hexToBytes(bloom)
  const hash = hexToBytes(keccak256(address))
  return [0, 2, 4].every((offset) => {
    const bit = (((hash[offset] ?? 0) << 8) | (hash[offset + 1] ?? 0)) & 2047
    return ((bits[BLOOM_BYTES - 1 - (bit >> 3)] ?? 0) & (1 << (bit & 7))) !== 0
  })
}
