import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BaseError } from '../errors/baseError.ts'
import * as Acceptance from './acceptance.ts'
import * as AccessGrant from './accessGrant.ts'
import * as ChannelConfig from './channelConfig.ts'
import * as ChannelPayment from './channelPayment.ts'
import * as ChannelStanding from './channelStanding.ts'
import * as InputPayload from './inputPayload.ts'
import * as JobOrder from './jobOrder.ts'
import * as JobParams from './jobParams.ts'
import * as JobSpec from './jobSpec.ts'
import * as JobStatus from './jobStatus.ts'
import * as ModelManifest from './modelManifest.ts'
import * as NodeInfo from './nodeInfo.ts'
import * as ProviderRecord from './providerRecord.ts'
import * as Quote from './quote.ts'
import * as Receipt from './receipt.ts'
import * as ReceiptBatch from './receiptBatch.ts'
import * as ResultPayload from './resultPayload.ts'
import * as ResultSubmission from './resultSubmission.ts'
import * as ServiceKey from './serviceKey.ts'
import * as Voucher from './voucher.ts'
import * as VoucherEvidence from './voucherEvidence.ts'

function codedOr<T>(attempt: () => T, codes: RegExp): T | undefined {
  try {
    return attempt()
  } catch (error) {
    assert.ok(error instanceof BaseError, `not a coded error: ${error}`)
    assert.match(error.code, codes)
    return undefined
  }
}

const hex32 = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
const address = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
const amount = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 70n }).map(String),
  fc.constantFrom('0', '-1', '00', '1.5', ''),
)
const leaf = fc.oneof(
  hex32,
  address,
  amount,
  fc.integer(),
  fc.double(),
  fc.string({ maxLength: 8 }),
  fc.constant(null),
)

/** Objects that have the right names, and values that are often right: they come past the first check. */
function nearly(schema: { shape: Record<string, unknown> }): fc.Arbitrary<unknown> {
  return fc.record(Object.fromEntries(Object.keys(schema.shape).map((name) => [name, leaf])))
}

const nouns = [
  { name: 'Acceptance', noun: Acceptance, near: nearly(Acceptance.schema) },
  { name: 'ChannelConfig', noun: ChannelConfig, near: nearly(ChannelConfig.schema) },
  { name: 'ChannelPayment', noun: ChannelPayment, near: nearly(ChannelPayment.schema) },
  { name: 'ChannelStanding', noun: ChannelStanding, near: nearly(ChannelStanding.schema) },
  { name: 'JobOrder', noun: JobOrder, near: nearly(JobOrder.schema) },
  { name: 'JobParams', noun: JobParams, near: nearly(JobParams.schema) },
  { name: 'ProviderRecord', noun: ProviderRecord, near: nearly(ProviderRecord.schema) },
  { name: 'Quote', noun: Quote, near: nearly(Quote.schema) },
  { name: 'Receipt', noun: Receipt, near: nearly(Receipt.schema) },
  { name: 'ReceiptBatch', noun: ReceiptBatch, near: nearly(ReceiptBatch.schema) },
  { name: 'ResultSubmission', noun: ResultSubmission, near: nearly(ResultSubmission.schema) },
  { name: 'AccessGrant', noun: AccessGrant, near: nearly(AccessGrant.schema) },
  { name: 'ServiceKey', noun: ServiceKey, near: nearly(ServiceKey.schema) },
  { name: 'Voucher', noun: Voucher, near: nearly(Voucher.schema) },
  { name: 'VoucherEvidence', noun: VoucherEvidence, near: nearly(VoucherEvidence.schema) },
  {
    name: 'JobSpec',
    noun: JobSpec,
    near: fc.record(
      {
        dim: fc.constant('job/1'),
        pattern: fc.constantFrom('single', 'chained'),
        modelId: hex32,
        priority: fc.constant('low'),
        privacy: fc.constant('public'),
        stages: fc.jsonValue(),
      },
      { requiredKeys: ['dim', 'pattern'] },
    ),
  },
  { name: 'JobStatus', noun: JobStatus, near: nearly(JobStatus.schema) },
  { name: 'ModelManifest', noun: ModelManifest, near: nearly(ModelManifest.schema) },
  { name: 'NodeInfo', noun: NodeInfo, near: nearly(NodeInfo.schema) },
]

for (const { name, noun, near } of nouns) {
  const code = new RegExp(`^${name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}_INVALID$`)

  test(`${name}.parse of anything answers or throws ${code.source}, and what it answers survives`, () => {
    const { parse, canonical } = noun as {
      parse(input: unknown): unknown
      canonical(message: unknown): Uint8Array
    }
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue(), fc.anything()), (input) => {
        const message = codedOr(() => parse(input), code)
        if (message === undefined) return
        const again = parse(JSON.parse(new TextDecoder().decode(canonical(message))))
        assert.deepEqual(again, message)
      }),
      { numRuns: 300 },
    )
  })
}

const decoders = [
  {
    name: 'ModelManifest',
    decode: (bytes: Uint8Array) => ModelManifest.canonical(ModelManifest.decode(bytes)),
    start: '{',
  },
  {
    name: 'InputPayload',
    decode: (bytes: Uint8Array) => InputPayload.encode(InputPayload.decode(bytes)),
    start: 'DIMI\x01',
  },
  {
    name: 'ResultPayload',
    decode: (bytes: Uint8Array) => ResultPayload.encode(ResultPayload.decode(bytes)),
    start: 'DIMR\x01',
  },
]

for (const { name, decode, start } of decoders) {
  test(`${name}.decode of any bytes gives them back or a coded error`, () => {
    const sections = fc
      .tuple(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 3 }),
      )
      .map(([head, parts]) =>
        Uint8Array.from([...head, ...parts.flatMap((part) => [part.length, 0, 0, 0, 0, 0, 0, 0, ...part])]),
      )
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), sections)
    const prefixed = bytes.map((rest) => Uint8Array.from([...Buffer.from(start, 'latin1'), ...rest]))
    fc.assert(
      fc.property(fc.oneof(bytes, prefixed), (candidate) => {
        const again = codedOr(() => decode(candidate), /^(PAYLOAD_MALFORMED|[A-Z_]+_INVALID)$/)
        if (again !== undefined) assert.deepEqual(again, candidate)
      }),
      { numRuns: 1000 },
    )
  })
}

test('JobSpec.decode of any bytes answers or throws JOB_SPEC_INVALID', () => {
  const text = fc.oneof(fc.string(), fc.json()).map((value) => new TextEncoder().encode(value))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), text), (bytes) => {
      codedOr(() => JobSpec.decode(bytes), /^JOB_SPEC_INVALID$/)
    }),
    { numRuns: 500 },
  )
})

test('Receipt.parseSigned of anything answers or throws SIGNED_RECEIPT_INVALID', () => {
  const near = nearly(Receipt.signedSchema)
  fc.assert(
    fc.property(fc.oneof(near, fc.jsonValue(), fc.anything()), (input) => {
      codedOr(() => Receipt.parseSigned(input), /^SIGNED_RECEIPT_INVALID$/)
    }),
    { numRuns: 300 },
  )
})
