import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { toHex } from 'viem'
import type { ServedRecord } from './deskOrderRecord.ts'
import { servedRecord } from './support/servedRecord.ts'
import { inSettlementOrder, toSettlement } from './toSettlement.ts'

const key = (number: number) => toHex(number, { size: 32 }) as ServedRecord['orderId']
const row = fc.record({
  client: fc.constantFrom('0xC1', '0xC2', '0xC3'),
  word: fc.bigInt(0n, 3n),
  model: fc.nat(2),
})

it('property: rows keep together by client and word, by model within them, and none is lost', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
      const records = rows.map(({ client, word, model }, i) =>
        servedRecord({
          order: { client: client as `0x${string}`, modelKey: key(model), nonce: (word << 8n) + BigInt(i) },
        }),
      )
      const sorted = inSettlementOrder(records)
      assert.deepEqual(new Set(sorted), new Set(records))
      const words = sorted.map(({ order }) => `${order.client} ${order.nonce >> 8n}`)
      const models = sorted.map(({ order }, i) => `${words[i]} ${order.modelKey}`)
      for (const turns of [words, models]) {
        const starts = turns.filter((turn, i) => turn !== turns[i - 1])
        assert.equal(starts.length, new Set(turns).size)
      }
    }),
  )
})

it('a row is the order, what is charged and the signature', () => {
  const record = servedRecord({ served: { chargedUsdc: 12n } })
  const { order, signature, served } = record
  assert.deepEqual(toSettlement(record), {
    order,
    resultCommit: served.resultCommit,
    charged: 12n,
    clientSignature: signature,
  })
})
