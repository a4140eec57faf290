import type { Log } from 'viem'
import { getLogs } from 'viem/actions'
import type { RangeResult, ReadRange } from './blockRange.ts'
import { decodeLogs } from './decodeLogs.ts'
import { type Header, readHeader } from './readHeader.ts'
import { RpcInconsistentError } from './rpcInconsistent.ts'

type MinedLog = Log<bigint, number, false>

const HEADERS_AT_ONCE = 16

async function requireHeader({ client }: ReadRange, number: bigint): Promise<Header> {
  const header = await readHeader(client, number)
  if (header === undefined) throw new RpcInconsistentError(`block ${number} is below the head and not there`)
  return header
}

function groupByBlock({ from, to }: ReadRange, logs: readonly MinedLog[]): Map<bigint, MinedLog[]> {
  for (const { blockNumber } of logs) {
    if (blockNumber < from || blockNumber > to) {
      throw new RpcInconsistentError(`a log of block ${blockNumber} was given for blocks ${from} to ${to}`)
    }
  }
  return Map.groupBy(
    logs.toSorted((left, right) => Number(left.blockNumber - right.blockNumber)),
    ({ blockNumber }) => blockNumber,
  )
}

/**
 * Reads a range far below the head with one query; each log must be of a block that is on the chain now, and so
 * must be the block before the range once the logs are here.
 */
export async function readOldBlocks(range: ReadRange): Promise<RangeResult> {
  const { client, sources, from, to } = range
  const logs = await getLogs(client, {
    address: sources.map(({ address }) => address),
    fromBlock: from,
    toBlock: to,
  })
  const blocks = [...groupByBlock(range, logs).entries()]
  const headers: Header[] = []
  const events = []
  for (let start = 0; start < blocks.length; start += HEADERS_AT_ONCE) {
    const some = blocks.slice(start, start + HEADERS_AT_ONCE)
    const found = await Promise.all(some.map(([number]) => requireHeader(range, number)))
    for (const [index, header] of found.entries()) {
      const own = some[index]?.[1] ?? []
      const foreign = own.find((log) => log.blockHash !== header.hash)
      if (foreign) throw new RpcInconsistentError(`a log of block ${foreign.blockHash} is not on the chain`)
      events.push(...decodeLogs(own, sources, header.timestamp))
      headers.push(header)
    }
  }
  if (range.parentHash !== undefined && (await requireHeader(range, from - 1n)).hash !== range.parentHash) {
    return { forked: true }
  }
  if (headers.at(-1)?.number !== to) headers.push(await requireHeader(range, to))
  return { forked: false, headers, events }
}
