import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createClient, custom, hexToNumber, numberToHex, RpcRequestError } from 'viem'
import { withDeployment } from '../client.ts'
import { parseDeployment } from '../deployments.ts'
import { iterateTopicLogs } from './iterateTopicLogs.ts'

const address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const deployment = parseDeployment({
  chainId: 31_337,
  genesisHash: `0x${'0a'.repeat(32)}`,
  deployedAtBlock: '0',
  usdc: address,
  modelRegistry: address,
  providerRegistry: address,
  jobEscrow: address,
})

type Range = { fromBlock: `0x${string}`; toBlock: `0x${string}` }

/** A chain at block 99 whose RPC answers at most `most` blocks at once. */
function limitedTo(most: number) {
  const asked: [number, number][] = []
  const transport = custom(
    {
      async request({ method, params }: { method: string; params: [Range] }) {
        if (method === 'eth_blockNumber') return numberToHex(99)
        const from = hexToNumber(params[0].fromBlock)
        const to = hexToNumber(params[0].toBlock)
        asked.push([from, to])
        if (to - from + 1 <= most) return []
        const error = { code: -32_005, message: 'query returned more than 10000 results' }
        throw new RpcRequestError({ body: {}, error, url: 'test' })
      },
    },
    { retryCount: 0 },
  )
  return { asked, reader: withDeployment(createClient({ transport }), deployment) }
}

async function read(most: number, blockRange: bigint) {
  const { asked, reader } = limitedTo(most)
  const pages = iterateTopicLogs(reader, {
    address,
    topics: [],
    fromBlock: 10n,
    blockRange,
    attempted: 'Reading',
  })
  const covered: bigint[] = []
  for await (const { toBlock } of pages) covered.push(toBlock)
  return { asked, covered }
}

describe('iterateTopicLogs', () => {
  it('reads every block once, in pages', async () => {
    const { asked, covered } = await read(1_000, 40n)
    assert.deepEqual(asked, [
      [10, 49],
      [50, 89],
      [90, 99],
    ])
    assert.deepEqual(covered, [49n, 89n, 99n])
  })

  it('halves the pages until the RPC answers, and leaves no gap', async () => {
    const { asked, covered } = await read(7, 1_000n)
    assert.equal(covered.at(-1), 99n)
    const answered = asked.filter(([from, to]) => to - from + 1 <= 7)
    let next = 10
    for (const [from, to] of answered) {
      assert.equal(from, next)
      next = to + 1
    }
  })

  it('fails when not even one block can be read', () =>
    assert.rejects(read(0, 100n), { code: 'CHAIN_REQUEST_FAILED' }))
})
