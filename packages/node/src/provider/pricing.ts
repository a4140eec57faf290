/** What a run costs: the owner's floor plus the provider's ask, both in USDC 1e-6. */
export function priceOf({ floorUsdc, askUsdc }: { floorUsdc: bigint; askUsdc: bigint }): bigint {
  return floorUsdc + askUsdc
}
