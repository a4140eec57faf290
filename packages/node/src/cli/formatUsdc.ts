/** Units of 1e-6 as "0.0021 USDC"; trailing zeros are left out. */
export function formatUsdc(amountUsdc: bigint): string {
  return `${usdcNumber(amountUsdc)} USDC`
}

/** The same without its unit, for JSON. */
export function usdcNumber(amountUsdc: bigint): string {
  const sign = amountUsdc < 0n ? '-' : ''
  const absolute = amountUsdc < 0n ? -amountUsdc : amountUsdc
  const fraction = (absolute % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '')
  return `${sign}${absolute / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`
}
