import { encodeEventTopics, getAddress, parseEventLogs, type RpcLog } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import { iterateTopicLogs } from '../actions/iterateTopicLogs.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import type { OrderDeskContext } from './orderDeskContext.ts'
import { orderWord } from './orderWord.ts'

const escrowEvents = ['OrderCancelStarted', 'ReleaseStarted', 'FeeChanged'] as const
const modelEvents = ['ModelUpdated', 'ModelDeprecated'] as const
const escrowKinds = escrowEvents.map((eventName) => encodeEventTopics({ abi: jobEscrowAbi, eventName })[0])
const modelKinds = modelEvents.map((eventName) => encodeEventTopics({ abi: modelRegistryAbi, eventName })[0])

/**
 * Notes what happened on chain since a block that asks for a settlement at once: clients that take money or nonces back, changed fees and
 * models. Answers the block to go on from.
 */
export async function readDeskAlarms(
  context: OrderDeskContext,
  fromBlock: bigint | undefined,
): Promise<bigint> {
  const { client } = context
  const toBlock = await latestBlock(context)
  if (fromBlock === undefined) return toBlock + 1n
  if (toBlock < fromBlock) return fromBlock
  const range = { fromBlock, toBlock, attempted: 'Watching what orders depend on' }
  const { jobEscrow, modelRegistry } = client.dim
  for await (const { logs } of iterateTopicLogs(client, {
    address: jobEscrow,
    topics: [escrowKinds],
    ...range,
  })) {
    noteEscrow(context, logs)
  }
  for await (const { logs } of iterateTopicLogs(client, {
    address: modelRegistry,
    topics: [modelKinds],
    ...range,
  })) {
    noteModels(context, logs)
  }
  return toBlock + 1n
}

function noteEscrow(context: OrderDeskContext, logs: RpcLog[]): void {
  const { ledger, leaving } = context
  for (const { eventName, args } of parseEventLogs({
    abi: jobEscrowAbi,
    eventName: [...escrowEvents],
    logs: logs as never,
  })) {
    if (eventName === 'FeeChanged') context.isUrgent = true
    else if (eventName === 'ReleaseStarted') {
      if (args.amount !== 0n) leaving.add(getAddress(args.account))
    } else {
      const isOurs = ledger.all().some(({ order }) => {
        const { word, bit } = orderWord(order.nonce)
        return order.client === args.client && word === args.word && (args.mask & bit) !== 0n
      })
      if (isOurs) leaving.add(getAddress(args.client))
    }
  }
}

function noteModels({ changedModels }: OrderDeskContext, logs: RpcLog[]): void {
  for (const { args } of parseEventLogs({
    abi: modelRegistryAbi,
    eventName: [...modelEvents],
    logs: logs as never,
  })) {
    changedModels.add(args.modelKey)
  }
}

async function latestBlock({ client }: OrderDeskContext): Promise<bigint> {
  try {
    return await getBlockNumber(client, { cacheTime: 0 })
  } catch (error) {
    throw decodeRevert(error, 'Watching what orders depend on')
  }
}
