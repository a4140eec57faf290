import { type Hex, hexToBytes, size } from 'viem'

const halfOrder = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/** Parts of an ECDSA signature of 65 bytes, or 64 by EIP-2098; `undefined` for any other length, a high or zero s, another v. */
export function splitSignature(signature: Hex): { r: Hex; s: Hex; yParity: number } | undefined {
  const length = size(signature)
  if (length !== 64 && length !== 65) return undefined
  const r: Hex = `0x${signature.slice(2, 66)}`
  const word = BigInt(`0x${signature.slice(66, 130)}`)
  const compact = length === 64
  const s = compact ? word & ((1n << 255n) - 1n) : word
  const v = compact ? Number(word >> 255n) + 27 : (hexToBytes(signature)[64] ?? 0)
  if (s === 0n || s > halfOrder || (v !== 27 && v !== 28)) return undefined
  return { r, s: `0x${s.toString(16).padStart(64, '0')}`, yParity: v - 27 }
}
