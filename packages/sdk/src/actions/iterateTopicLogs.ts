import { type Address, type Hex, numberToHex, type RpcLog } from 'viem'
import { getBlockNumber } from 'viem/actions'
import type { Reader } from '../client.ts'
import { ChainUnreachableError } from '../errors/chainUnreachable.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'

export type TopicLogsOptions = {
  address: Address
  /** As in `eth_getLogs`: `null` matches everything in its place. */
  topics: readonly (Hex | readonly Hex[] | null)[]
  fromBlock: bigint
  /** The latest block by default. */
  toBlock?: bigint | undefined
  /** Most blocks in one request, 5,000 by default; halved while the RPC refuses the range. */
  blockRange?: bigint | undefined
  attempted: string
}

/** Logs by topics of any event, a page of blocks at a time: for ids that are in the same place of several events. */
export async function* iterateTopicLogs(
  client: Reader,
  options: TopicLogsOptions,
): AsyncGenerator<{ logs: RpcLog[]; toBlock: bigint }> {
  const { blockRange = 5_000n } = options
  const end = options.toBlock ?? (await latestBlock(client, options.attempted))
  let size = blockRange
  for (let from = options.fromBlock; from <= end; ) {
    const last = from + size - 1n
    const to = last < end ? last : end
    const logs = await readPage(client, { ...options, from, to })
    if (logs === 'too-wide') {
      size = (to - from + 1n) / 2n
      continue
    }
    yield { logs, toBlock: to }
    from = to + 1n
    size = size * 2n < blockRange ? size * 2n : blockRange
  }
}

async function latestBlock(client: Reader, attempted: string): Promise<bigint> {
  try {
    return await getBlockNumber(client, { cacheTime: 0 })
  } catch (error) {
    throw decodeRevert(error, attempted)
  }
}

async function readPage(client: Reader, options: TopicLogsOptions & { from: bigint; to: bigint }) {
  const { address, topics, from, to, attempted } = options
  try {
    return await client.request({
      method: 'eth_getLogs',
      params: [
        {
          address,
          topics: topics as (Hex | Hex[] | null)[],
          fromBlock: numberToHex(from),
          toBlock: numberToHex(to),
        },
      ],
    })
  } catch (error) {
    const coded = decodeRevert(error, attempted)
    // A single block cannot be split, and a smaller range does not wake a chain that does not answer.
    if (from < to && !(coded instanceof ChainUnreachableError)) return 'too-wide'
    throw coded
  }
}
