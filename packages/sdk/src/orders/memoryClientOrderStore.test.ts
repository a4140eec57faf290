import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { createMemoryClientOrderStore } from './memoryClientOrderStore.ts'

const alice = '0x00000000000000000000000000000000000000C1'
const bob = '0x00000000000000000000000000000000000000C2'

it('property: no nonce twice, and none left out, whoever asks at the same time', async () => {
  const asks = fc.array(fc.tuple(fc.constantFrom(alice, bob), fc.bigInt(0n, 1n << 88n)), { maxLength: 50 })
  await fc.assert(
    fc.asyncProperty(asks, async (all) => {
      const store = createMemoryClientOrderStore()
      const taken = await Promise.all(all.map(([account, first]) => store.takeNonce(account, first)))
      for (const account of [alice, bob]) {
        const own = taken.filter((_, i) => all[i]?.[0] === account)
        const first = all.find(([asker]) => asker === account)?.[1] ?? 0n
        assert.deepEqual(
          own,
          own.map((_, i) => first + BigInt(i)),
        )
      }
    }),
  )
})

it('one account is the same however it is written', async () => {
  const store = createMemoryClientOrderStore()
  assert.equal(await store.takeNonce(alice, 5n), 5n)
  assert.equal(await store.takeNonce(alice.toLowerCase() as typeof alice, 9n), 6n)
})
