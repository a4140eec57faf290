import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertDeployment, getUsdcBalance, withDeployment } from '@dim/sdk'
import { startChain, type TestChain } from '../support/chain.ts'

describe('a deployment', () => {
  let chain: TestChain
  before(async () => {
    chain = await startChain()
  })
  after(() => chain.close())

  it('is the one of its chain', () => assertDeployment(chain.reader))

  it('is refused by a client of another chain', () => {
    assert.throws(() => withDeployment(chain.test, { ...chain.deployment, chainId: 137 }), {
      code: 'WRONG_CHAIN',
    })
  })

  it('is refused when the chain was started anew', async () => {
    const genesisHash = `0x${'11'.repeat(32)}` as const
    const stale = { ...chain.reader, dim: { ...chain.deployment, genesisHash } }
    await assert.rejects(assertDeployment(stale), { code: 'CHAIN_RESET' })
  })

  it('is refused when there are no contracts', async () => {
    const jobEscrow = '0x00000000000000000000000000000000000000AA' as const
    const stale = { ...chain.reader, dim: { ...chain.deployment, jobEscrow } }
    await assert.rejects(assertDeployment(stale), { code: 'CHAIN_RESET' })
  })

  it('comes with accounts that hold USDC', async () => {
    for (const { address } of chain.accounts) {
      assert.equal((await getUsdcBalance(chain.reader, { account: address })) / 1_000_000n > 900_000n, true)
    }
  })
})
