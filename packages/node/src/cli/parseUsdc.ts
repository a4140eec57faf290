import { BaseError } from '@dim/sdk'

/** An amount of money without its unit, or with one that is not USDC. */
export class AmountInvalidError extends BaseError {
  override readonly code = 'AMOUNT_INVALID'

  constructor(text: string) {
    super(`"${text}" is not an amount of USDC.`, {
      charged: 'Nothing was charged.',
      hint: 'Write a number with its unit and at most six decimals, for instance "0.01usdc".',
    })
  }
}

/** Reads "0.01usdc", "0.01 USDC" or "1usdc" into units of 1e-6; nothing else. */
export function parseUsdc(text: string): bigint {
  const match = /^(\d{1,12})(?:\.(\d{1,6}))?\s?usdc$/i.exec(text.trim())
  if (match === null) throw new AmountInvalidError(text)
  const [, whole = '0', fraction = ''] = match
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}
