import { zeroHash } from 'viem'
import { getLogs } from 'viem/actions'
import type { RangeResult, ReadRange } from './blockRange.ts'
import type { ChainEvent } from './chainEvent.ts'
import { decodeLogs } from './decodeLogs.ts'
import { mayContainLogs } from './mayContainLogs.ts'
import { type Header, readHeader } from './readHeader.ts'
import { RpcInconsistentError } from './rpcInconsistent.ts'

async function readHeaders({ client, from, to }: ReadRange): Promise<Header[]> {
  const numbers = Array.from({ length: Number(to - from) + 1 }, (_, index) => from + BigInt(index))
  const headers = await Promise.all(numbers.map((number) => readHeader(client, number)))
  const end = headers.indexOf(undefined)
  // A lagging node lacks the newest ones; what it has is good.
  return headers.slice(0, end === -1 ? undefined : end).filter((header) => header !== undefined)
}

/** Hardhat gives the blocks that `hardhat_mine` skips no parent hash; no real chain has such a block but the first. */
const follows = (header: Header, parentHash: string) =>
  header.parentHash === parentHash || header.parentHash === zeroHash

async function isForked({ client, parentHash }: ReadRange, first: Header): Promise<boolean> {
  if (parentHash === undefined) return false
  if (first.parentHash !== zeroHash) return first.parentHash !== parentHash
  return (await readHeader(client, first.number - 1n))?.hash !== parentHash
}

function assertLinked(headers: readonly Header[]) {
  for (const [index, header] of headers.entries()) {
    const previous = headers[index - 1]
    if (previous !== undefined && !follows(header, previous.hash)) {
      throw new RpcInconsistentError(`block ${header.number} does not follow block ${previous.number}`)
    }
  }
}

async function readEvents({ client, sources }: ReadRange, header: Header): Promise<ChainEvent[]> {
  const addresses = sources.map(({ address }) => address)
  if (!addresses.some((address) => mayContainLogs(header.logsBloom, address))) return []
  const logs = await getLogs(client, { address: addresses, blockHash: header.hash })
  const foreign = logs.find((log) => log.blockHash !== header.hash)
  if (foreign !== undefined) {
    throw new RpcInconsistentError(`logs of block ${foreign.blockHash} were given for ${header.hash}`)
  }
  return decodeLogs(logs, sources, header.timestamp)
}

/**
 * Reads blocks that may still be replaced: every header must follow the one before, and logs are asked for by the
 * block's hash, so that they are those of this fork or none.
 */
export async function readRecentBlocks(range: ReadRange): Promise<RangeResult> {
  const headers = await readHeaders(range)
  const [first] = headers
  if (first !== undefined && (await isForked(range, first))) return { forked: true }
  assertLinked(headers)
  const events = await Promise.all(headers.map((header) => readEvents(range, header)))
  return { forked: false, headers, events: events.flat() }
}
