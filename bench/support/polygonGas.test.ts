import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import hre from 'hardhat'
import type { Hash, Hex } from 'viem'
import { polygonGas } from './polygonGas.ts'

const target = '0x00000000000000000000000000000000000000aa'
const slot = (value: number) => `0x${value.toString(16).padStart(64, '0')}` as Hex

const READ = '5f5450'
const WRITE_TWO = '60025f55'
const CLEAR = '5f5f55'

const cases: { name: string; code: string; initial: number; ethereum: bigint; polygon: bigint }[] = [
  { name: 'a cold read', code: READ, initial: 1, ethereum: 2_100n, polygon: 5_460n },
  { name: 'a second read of the slot', code: READ + READ, initial: 1, ethereum: 2_200n, polygon: 5_560n },
  { name: 'a read slot that changes', code: READ + WRITE_TWO, initial: 1, ethereum: 5_000n, polygon: 7_520n },
  { name: 'a slot that changes unread', code: WRITE_TWO, initial: 1, ethereum: 5_000n, polygon: 5_000n },
  { name: 'an empty slot that is set', code: WRITE_TWO, initial: 0, ethereum: 22_100n, polygon: 22_940n },
  {
    name: 'a slot checked to be empty, then set',
    code: READ + WRITE_TWO,
    initial: 0,
    ethereum: 22_100n,
    polygon: 25_460n,
  },
  { name: 'a write of the same value', code: WRITE_TWO, initial: 2, ethereum: 2_200n, polygon: 3_040n },
]

describe('gas under PIP-88', () => {
  let connection: Awaited<ReturnType<typeof hre.network.create>>

  before(async () => {
    connection = await hre.network.create('devnet')
  })

  after(() => connection.close())

  async function gasOf(code: string, initial: number) {
    const { provider } = connection
    const [from] = (await provider.request({ method: 'eth_accounts' })) as [Hex]
    await provider.request({ method: 'hardhat_setCode', params: [target, `0x${code}00`] })
    await provider.request({ method: 'hardhat_setStorageAt', params: [target, '0x0', slot(initial)] })
    const hash = (await provider.request({
      method: 'eth_sendTransaction',
      params: [{ from, to: target, gas: '0x186a0' }],
    })) as Hash
    const receipt = (await provider.request({
      method: 'eth_getTransactionReceipt',
      params: [hash],
    })) as { gasUsed: Hex }
    const ethereum = BigInt(receipt.gasUsed)
    const polygon = await polygonGas(provider.request.bind(provider) as never, { hash, gasUsed: ethereum })
    return { ethereum, polygon }
  }

  const pushesAndPops = (code: string) => {
    const reads = code.split(READ).length - 1
    return BigInt(reads * 4 + (code.includes(WRITE_TWO) ? 5 : 0))
  }

  for (const { name, code, initial, ethereum, polygon } of cases) {
    it(`prices ${name}`, async () => {
      const fixed = 21_000n + pushesAndPops(code)
      const gas = await gasOf(code, initial)
      assert.equal(gas.ethereum - fixed, ethereum)
      assert.equal(gas.polygon - fixed, polygon)
    })
  }

  it('overstates a cleared slot by no more than its refund changes', async () => {
    const { ethereum, polygon } = await gasOf(CLEAR, 1)
    assert.ok(polygon - ethereum <= 840n)
  })
})
