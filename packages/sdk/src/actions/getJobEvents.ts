import { type Address, type Hash, type Hex, parseEventLogs, type RpcLog } from 'viem'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import type { Reader } from '../client.ts'
import type * as JobParams from '../messages/jobParams.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'

type Mined = { transactionHash: Hash; blockNumber: bigint }
type Payout = Mined & { toProviderUsdc: bigint; feeUsdc: bigint; royaltyUsdc: bigint; refundUsdc: bigint }

/** All that the escrow said about one job; amounts in USDC 1e-6. */
export type JobEvents = {
  opened?: Mined & { params: JobParams.JobParams }
  submitted?: Mined & { resultCommit: Hex; resultRef: Hex; chargedUsdc: bigint }
  challenged?: Mined
  paid?: Payout
  split?: Payout
  declined?: Mined & { provider: Address }
  refunded?: Mined & { refundUsdc: bigint }
  revoked?: Mined
}

export type GetJobEventsParameters = {
  jobId: Hex
  /** First block to search, the deployment's by default. */
  fromBlock?: bigint
}
export type GetJobEventsReturnType = JobEvents

/**
 * Reads all events of one job: terms, result, payout or refund, each with its transaction.
 *
 * @returns An object that lacks what has not happened; empty for an id that nobody opened.
 * @example
 * const { opened, paid } = await getJobEvents(reader, { jobId })
 */
export async function getJobEvents(
  client: Reader,
  { jobId, fromBlock = client.dim.deployedAtBlock }: GetJobEventsParameters,
): Promise<GetJobEventsReturnType> {
  const events: JobEvents = {}
  const pages = iterateTopicLogs(client, {
    address: client.dim.jobEscrow,
    topics: [null, jobId],
    fromBlock,
    attempted: `Reading the events of job ${jobId}`,
  })
  for await (const { logs } of pages) Object.assign(events, toJobEvents(logs))
  return events
}

function toJobEvents(logs: readonly RpcLog[]): JobEvents {
  const events: JobEvents = {}
  for (const log of parseEventLogs({ abi: jobEscrowAbi, logs: logs as never })) {
    const mined = { transactionHash: log.transactionHash, blockNumber: BigInt(log.blockNumber) }
    switch (log.eventName) {
      case 'JobOpened':
        events.opened = { ...mined, params: log.args.params }
        break
      case 'JobSubmitted': {
        const { resultCommit, resultRef, charged } = log.args
        events.submitted = { ...mined, resultCommit, resultRef, chargedUsdc: charged }
        break
      }
      case 'JobPaid':
        events.paid = { ...mined, ...toPayout(log.args) }
        break
      case 'JobSplit':
        events.split = { ...mined, ...toPayout(log.args) }
        break
      case 'JobDeclined':
        events.declined = { ...mined, provider: log.args.provider }
        break
      case 'JobRefunded':
        events.refunded = { ...mined, refundUsdc: log.args.refund }
        break
      case 'JobRevoked':
        events.revoked = mined
        break
      case 'JobChallenged':
        events.challenged = mined
    }
  }
  return events
}

function toPayout(args: { toProvider: bigint; fee: bigint; royalty: bigint; refund: bigint }) {
  const { toProvider, fee, royalty, refund } = args
  return { toProviderUsdc: toProvider, feeUsdc: fee, royaltyUsdc: royalty, refundUsdc: refund }
}
