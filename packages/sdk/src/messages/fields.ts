import { type Address, getAddress, isAddress } from 'viem'
import * as z from 'zod'

/** 20 bytes with checksum; all-lower-case hex is read as well. */
export const address = z.codec(
  z.string().refine((value) => isAddress(value), 'a 20-byte address as 0x-hex, with a right checksum'),
  z.custom<Address>((value) => typeof value === 'string' && isAddress(value)).meta({ type: 'string' }),
  { decode: (value) => getAddress(value), encode: (value) => getAddress(value) },
)

/** 32 bytes as lower-case 0x-hex. */
export const hex32 = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]{64}$/)])

/** Any whole number of bytes as lower-case 0x-hex, at most `maxBytes`. */
export const hexBytes = (maxBytes: number) =>
  z
    .templateLiteral(['0x', z.string().regex(/^(?:[0-9a-f]{2})*$/)])
    .refine((value) => value.length <= 2 + 2 * maxBytes, `at most ${maxBytes} bytes`)

/** A signature: 65 bytes, 64 (EIP-2098), or what a contract account takes. */
export const signature = hexBytes(8192)

/** An unsigned integer of `bits` bits: a decimal string in JSON, a bigint in memory. */
export const uint = (bits: number) =>
  z.codec(
    z.string().regex(/^(?:0|[1-9][0-9]{0,77})$/, 'a whole number as a decimal string'),
    z
      .bigint()
      .min(0n)
      .max((1n << BigInt(bits)) - 1n)
      .meta({ type: 'string', pattern: '^(?:0|[1-9][0-9]*)$' }),
    { decode: (value) => BigInt(value), encode: (value) => value.toString() },
  )

/** An unsigned integer of at most 48 bits: a number in JSON and in memory. */
export const smallUint = (bits: number) =>
  z
    .int()
    .min(0)
    .max(2 ** bits - 1)

/** Basis points, 0 to 10,000. */
export const bps = z.int().min(0).max(10_000)

/** A CIDv1 in base32 text. */
export const cid = z.string().regex(/^b[a-z2-7]{20,120}$/, 'a CIDv1 in base32')

/** An http or https URL of at most 2,048 characters. */
export const endpoint = z.url({ protocol: /^https?$/ }).max(2048)
