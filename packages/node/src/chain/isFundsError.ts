import { BaseError as ViemError } from 'viem'

/** Whether a node refused a transaction because its sender cannot pay for value and gas. */
export function isFundsError(error: unknown): boolean {
  if (!(error instanceof ViemError)) return false
  const isFunds = (cause: unknown) =>
    cause instanceof Error && /insufficient (funds|balance)|doesn't have enough funds/i.test(cause.message)
  return error.walk(isFunds) !== null
}
