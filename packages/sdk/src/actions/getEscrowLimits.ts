import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import { readCall } from './readCall.ts'

/** Bounds of the escrow's jobs; times in seconds. */
export type GetEscrowLimitsReturnType = {
  minSubmitDelay: number
  maxSubmitDelay: number
  minWindow: number
  maxWindow: number
  resolvePeriod: number
  /** Stake that a submitted job binds, in basis points of what it charges. */
  exposureBps: number
  /** Time that reserved balance and the nonces of orders take to leave. */
  releaseDelay: number
}

/**
 * Reads the bounds within which the terms of a job must be.
 *
 * @returns Times in seconds, the exposure in basis points of the charge.
 * @example
 * const { minWindow, maxWindow } = await getEscrowLimits(reader)
 */
export async function getEscrowLimits(client: Reader): Promise<GetEscrowLimitsReturnType> {
  const limits = await readCall(client, {
    address: client.dim.jobEscrow,
    abi: jobEscrowAbi,
    functionName: 'limits',
    args: [],
    attempted: 'Reading the limits of the escrow',
  })
  return { ...limits }
}
