import {
  type Address,
  concatHex,
  getAddress,
  type Hex,
  hexToBigInt,
  hexToNumber,
  isAddress,
  size,
  slice,
  toHex,
} from 'viem'
import { splitSignature } from '../crypto/splitSignature.ts'
import { VoucherRowsMalformedError } from '../errors/voucherRowsMalformed.ts'

/** Bytes of a row: payer 20, signer 20, salt 4, withdrawDelay 4, amount 8, r 32, vs 32 (EIP-2098). */
export const rowBytes = 120

/** One voucher of a batch whose receiver is named beside it; `amountUsdc` is cumulative, in USDC 1e-6, below 2^64. */
export type VoucherRow = {
  readonly payer: Address
  readonly signer: Address
  readonly salt: number
  readonly withdrawDelay: number
  readonly amountUsdc: bigint
  /** 65 bytes, or 64 by EIP-2098; low s. */
  readonly signature: Hex
}

/**
 * Packs vouchers as `PaymentChannels.claim` takes them, 120 bytes each.
 *
 * @returns Hex of all rows; `0x` for none.
 * @throws `VOUCHER_ROWS_MALFORMED` for a number that does not fit its field or a signature that is no ECDSA signature with low s.
 * @example const rows = VoucherRows.encode([{ payer, signer, salt, withdrawDelay, amountUsdc, signature }])
 */
export const encode = (rows: readonly VoucherRow[]): Hex => concatHex(rows.map(encodeRow))

/**
 * Reads packed vouchers: the inverse of `encode`, with signatures of 64 bytes.
 *
 * @throws `VOUCHER_ROWS_MALFORMED` for bytes that are not whole rows.
 * @example for (const { payer, amountUsdc } of VoucherRows.decode(rows)) console.log(payer, amountUsdc)
 */
export function decode(rows: Hex): VoucherRow[] {
  if (!/^0x(?:[0-9a-fA-F]{240})*$/.test(rows)) {
    throw new VoucherRowsMalformedError(`${size(rows)} bytes are not whole rows of ${rowBytes}`)
  }
  return Array.from({ length: size(rows) / rowBytes }, (_, i) =>
    decodeRow(slice(rows, i * rowBytes, (i + 1) * rowBytes)),
  )
}

type Place = { field: string; row: number }

function encodeRow(row: VoucherRow, index: number): Hex {
  const at = (field: string): Place => ({ field, row: index })
  const { payer, signer, salt, withdrawDelay, amountUsdc, signature } = row
  return concatHex([
    account(payer, at('payer')),
    account(signer, at('signer')),
    uint(salt, 4, at('salt')),
    uint(withdrawDelay, 4, at('withdrawDelay')),
    uint(amountUsdc, 8, at('amountUsdc')),
    compact(signature, at('signature')),
  ])
}

function account(value: Address, { field, row }: Place): Hex {
  if (isAddress(value, { strict: false })) return value.toLowerCase() as Address
  throw new VoucherRowsMalformedError(`${field} of row ${row} is no address`)
}

function uint(value: number | bigint, bytes: number, { field, row }: Place): Hex {
  const fits = typeof value === 'bigint' || Number.isSafeInteger(value)
  if (!fits || value < 0 || BigInt(value) >> BigInt(8 * bytes) !== 0n) {
    throw new VoucherRowsMalformedError(`${field} of row ${row} does not fit into ${bytes} bytes`)
  }
  return toHex(value, { size: bytes })
}

function compact(signature: Hex, { row }: Place): Hex {
  const parts = splitSignature(signature)
  if (parts === undefined) {
    throw new VoucherRowsMalformedError(`the signature of row ${row} is no ECDSA signature with low s`)
  }
  const vs = BigInt(parts.s) | (BigInt(parts.yParity) << 255n)
  return concatHex([parts.r, toHex(vs, { size: 32 })])
}

function decodeRow(row: Hex): VoucherRow {
  return {
    payer: getAddress(slice(row, 0, 20)),
    signer: getAddress(slice(row, 20, 40)),
    salt: hexToNumber(slice(row, 40, 44)),
    withdrawDelay: hexToNumber(slice(row, 44, 48)),
    amountUsdc: hexToBigInt(slice(row, 48, 56)),
    signature: slice(row, 56, 120),
  }
}
