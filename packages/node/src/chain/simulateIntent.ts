import { decodeRevert, GasFundsError } from '@dim/sdk'
import { call, estimateGas } from 'viem/actions'
import { isFundsError } from './isFundsError.ts'
import type { Sending } from './sending.ts'
import type { SendParameters } from './transactionSender.ts'

/** Tries the call at `pending`; a revert is thrown decoded, and nothing is recorded. */
export async function simulateIntent(
  { client, account }: Sending,
  parameters: SendParameters,
): Promise<bigint> {
  const { to, data, value = 0n, gas, simulate = true } = parameters
  const request = { account, to, data, value, blockTag: 'pending' } as const
  try {
    if (simulate) await call(client, { ...request, ...(gas === undefined ? {} : { gas }) })
    if (gas !== undefined) return gas
    const estimate = await estimateGas(client, request)
    return estimate + estimate / 4n
  } catch (error) {
    const attempted = `Simulating transaction ${parameters.intent}`
    throw isFundsError(error) ? new GasFundsError(attempted, error) : decodeRevert(error, attempted)
  }
}
