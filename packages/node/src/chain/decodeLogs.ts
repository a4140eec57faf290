import { isAddressEqual, type Log, parseEventLogs } from 'viem'
import type { ChainEvent, EventSource } from './chainEvent.ts'

type MinedLog = Log<bigint, number, false>

const byLogIndex = (left: ChainEvent, right: ChainEvent) => left.logIndex - right.logIndex

/** Events of one block that the sources declare; logs of other events are left out. */
export function decodeLogs(
  logs: readonly MinedLog[],
  sources: readonly EventSource[],
  blockTimestamp: bigint,
): ChainEvent[] {
  const events = sources.flatMap(({ address, abi }) =>
    parseEventLogs({
      abi,
      logs: logs.filter((log) => isAddressEqual(log.address, address)),
      strict: true,
    }).map(
      (log): ChainEvent => ({
        address: log.address,
        eventName: log.eventName,
        args: log.args as unknown as Readonly<Record<string, unknown>>,
        blockNumber: log.blockNumber,
        blockHash: log.blockHash,
        blockTimestamp,
        transactionHash: log.transactionHash,
        logIndex: log.logIndex,
      }),
    ),
  )
  return events.sort(byLogIndex)
}
