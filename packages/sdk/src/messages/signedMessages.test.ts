import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Address,
  concat,
  encodeAbiParameters,
  type Hex,
  keccak256,
  parseAbiParameters,
  stringToBytes,
  stringToHex,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import * as Acceptance from './acceptance.ts'
import * as AccessGrant from './accessGrant.ts'
import * as JobOrder from './jobOrder.ts'
import * as JobParams from './jobParams.ts'
import * as ProviderRecord from './providerRecord.ts'
import * as Quote from './quote.ts'
import * as Receipt from './receipt.ts'
import * as ReceiptBatch from './receiptBatch.ts'
import * as ResultSubmission from './resultSubmission.ts'
import * as ServiceKey from './serviceKey.ts'
import * as Voucher from './voucher.ts'
import * as VoucherEvidence from './voucherEvidence.ts'

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const stranger = privateKeyToAccount(`0x${'22'.repeat(32)}`)
const word = (byte: string): Hex => `0x${byte.repeat(32)}`
const jobEscrow: Address = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
const providerRegistry: Address = '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512'
const paymentChannels: Address = '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0'
const receiptAnchor: Address = '0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9'
const modelRegistry: Address = '0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9'
const deployment = {
  chainId: 31337,
  jobEscrow,
  providerRegistry,
  paymentChannels,
  receiptAnchor,
  modelRegistry,
}
const contracts = {
  JobEscrow: jobEscrow,
  ProviderRegistry: providerRegistry,
  PaymentChannels: paymentChannels,
  ReceiptAnchor: receiptAnchor,
  ModelRegistry: modelRegistry,
}

const jobParams: JobParams.JobParams = {
  client: account.address,
  provider: stranger.address,
  modelKey: word('01'),
  inputCommit: word('02'),
  inputRef: word('03'),
  price: 3_000n,
  floor: 1_000n,
  submitBy: 1_790_000_000,
  challengeWindow: 600,
  feeBps: 100,
  royaltyBps: 500,
  verifyMode: 0,
  groupId: word('00'),
  nonce: 2n ** 96n - 1n,
}
const grant: AccessGrant.AccessGrant = {
  modelKey: word('01'),
  user: stranger.address,
  expiresAt: 1_800_000_000,
  nonce: 2n ** 96n - 1n,
}
const result = { jobId: word('0a'), resultCommit: word('0b'), resultRef: word('0c'), charged: 2n ** 64n - 1n }
const quote: Quote.Quote = {
  provider: stranger.address,
  client: account.address,
  modelKey: word('01'),
  price: 3_000n,
  floor: 1_000n,
  feeBps: 100,
  royaltyBps: 500,
  challengeWindow: 600,
  secondsToSubmit: 120,
  maxInputBytes: 1_048_576,
  expiresAt: 1_790_000_060,
  nonce: word('0d'),
}
const record: ProviderRecord.ProviderRecord = {
  provider: account.address,
  serviceKey: stranger.address,
  hpkeKey: word('0e'),
  peerIdHash: word('00'),
  endpointHash: ProviderRecord.hashEndpoint('https://alice.example'),
  version: 7n,
  expiresAt: 1_800_000_000,
}
const serviceKey = { provider: account.address, key: stranger.address, validFrom: 1_790_000_000 }
const details: Receipt.Details = {
  runtime: 'onnxruntime-node 1.30.0',
  executionProvider: 'cpu',
  sandbox: 'process',
  timingsMs: { queue: 0, load: 12.5, run: 3.25 },
}
const receipt = Receipt.forJob({
  provider: stranger.address,
  client: account.address,
  jobId: word('0a'),
  modelKey: word('01'),
  inputCommit: word('02'),
  resultCommit: word('0b'),
  details,
  charged: 2_500n,
  servedAt: 1_790_000_030,
})

/** An independent EIP-712: the type as the contracts write it, values in its order. */
function eip712(contract: keyof typeof contracts, type: string, message: object): Hex {
  const fields = type.slice(type.indexOf('(') + 1, -1)
  const names = fields.split(',').map((field) => field.split(' ')[1] as string)
  const values = names.map((name) => (message as Record<string, unknown>)[name])
  const struct = keccak256(
    encodeAbiParameters(parseAbiParameters(`bytes32 typeHash,${fields}`), [
      keccak256(stringToHex(type)),
      ...values,
    ]),
  )
  const domainType = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'
  const domain = encodeAbiParameters(parseAbiParameters('bytes32, bytes32, bytes32, uint256, address'), [
    keccak256(stringToHex(domainType)),
    keccak256(stringToHex(contract)),
    keccak256(stringToHex('1')),
    31337n,
    contracts[contract],
  ])
  return keccak256(concat(['0x1901', keccak256(domain), struct]))
}

const resultFields = 'bytes32 jobId,bytes32 resultCommit,bytes32 resultRef,uint64 charged'
const voucher = { channelId: word('0a'), maxClaimableAmount: 2n ** 128n - 1n }
const order = {
  client: account.address,
  provider: stranger.address,
  modelKey: word('01'),
  inputCommit: word('02'),
  price: 3_000n,
  submitBy: 1_790_000_000,
  feeBps: 100,
  royaltyBps: 500,
  nonce: 2n ** 96n - 1n,
}
const batch = { provider: stranger.address, epoch: 7n, root: word('0b'), count: 3, total: 9_000n }
const cases = [
  {
    noun: Voucher,
    name: 'Voucher',
    message: voucher,
    contract: 'PaymentChannels',
    type: 'Voucher(bytes32 channelId,uint128 maxClaimableAmount)',
  },
  {
    noun: VoucherEvidence,
    name: 'VoucherEvidence',
    message: { ...voucher, receiptsRoot: word('0c') },
    contract: 'PaymentChannels',
    type: 'VoucherEvidence(bytes32 channelId,uint128 maxClaimableAmount,bytes32 receiptsRoot)',
  },
  {
    noun: JobOrder,
    name: 'JobOrder',
    message: order,
    contract: 'JobEscrow',
    type: 'JobOrder(address client,address provider,bytes32 modelKey,bytes32 inputCommit,uint64 price,uint40 submitBy,uint16 feeBps,uint16 royaltyBps,uint96 nonce)',
  },
  {
    noun: ReceiptBatch,
    name: 'ReceiptBatch',
    message: batch,
    contract: 'ReceiptAnchor',
    type: 'ReceiptBatch(address provider,uint64 epoch,bytes32 root,uint32 count,uint128 total)',
  },
  {
    noun: JobParams,
    name: 'JobParams',
    message: jobParams,
    contract: 'JobEscrow',
    type: 'JobParams(address client,address provider,bytes32 modelKey,bytes32 inputCommit,bytes32 inputRef,uint64 price,uint64 floor,uint40 submitBy,uint32 challengeWindow,uint16 feeBps,uint16 royaltyBps,uint8 verifyMode,bytes32 groupId,uint96 nonce)',
  },
  {
    noun: ResultSubmission,
    name: 'ResultSubmission',
    message: result,
    contract: 'JobEscrow',
    type: `ResultSubmission(${resultFields})`,
  },
  {
    noun: Acceptance,
    name: 'Acceptance',
    message: result,
    contract: 'JobEscrow',
    type: `Acceptance(${resultFields})`,
  },
  {
    noun: Quote,
    name: 'Quote',
    message: quote,
    contract: 'JobEscrow',
    type: 'Quote(address provider,address client,bytes32 modelKey,uint64 price,uint64 floor,uint16 feeBps,uint16 royaltyBps,uint32 challengeWindow,uint32 secondsToSubmit,uint40 maxInputBytes,uint40 expiresAt,bytes32 nonce)',
  },
  {
    noun: ProviderRecord,
    name: 'ProviderRecord',
    message: record,
    contract: 'ProviderRegistry',
    type: 'ProviderRecord(address provider,address serviceKey,bytes32 hpkeKey,bytes32 peerIdHash,bytes32 endpointHash,uint64 version,uint40 expiresAt)',
  },
  {
    noun: AccessGrant,
    name: 'AccessGrant',
    message: grant,
    contract: 'ModelRegistry',
    type: 'AccessGrant(bytes32 modelKey,address user,uint40 expiresAt,uint256 nonce)',
  },
  {
    noun: ServiceKey,
    name: 'ServiceKey',
    message: serviceKey,
    contract: 'ProviderRegistry',
    type: 'ServiceKey(address provider,address key,uint40 validFrom)',
  },
  {
    noun: Receipt,
    name: 'Receipt',
    message: receipt,
    contract: 'ProviderRegistry',
    type: 'InferenceReceipt(address provider,address payer,bytes32 channelId,uint64 seq,bytes32 modelKey,bytes32 requestHash,bytes32 responseHash,bytes32 traceRoot,bytes32 detailsHash,uint64 tokensIn,uint64 tokensOut,uint128 charged,uint128 cumulativeCharged,uint40 servedAt,bytes32 prevReceipt)',
  },
] as const

type Noun = {
  hash(domain: typeof deployment, message: unknown): Hex
  sign(domain: typeof deployment, message: unknown, signer: typeof account): Promise<Hex>
  verify(
    domain: typeof deployment,
    message: unknown,
    options: { signature: Hex; signer: Address },
  ): Promise<boolean>
  parse(input: unknown): unknown
  toJson(message: unknown): object
  canonical(message: unknown): Uint8Array
}

for (const { name, message, contract, type, ...rest } of cases) {
  const noun = rest.noun as unknown as Noun

  test(`${name} has the EIP-712 hash of an independent encoding`, () => {
    assert.equal(noun.hash(deployment, message), eip712(contract, type, message))
  })

  test(`${name} is signed, and verified against its signer only, on its chain only`, async () => {
    const signature = await noun.sign(deployment, message, account)
    assert.equal(await noun.verify(deployment, message, { signature, signer: account.address }), true)
    assert.equal(await noun.verify(deployment, message, { signature, signer: stranger.address }), false)
    const elsewhere = { ...deployment, chainId: 137 }
    assert.equal(await noun.verify(elsewhere, message, { signature, signer: account.address }), false)
  })

  test(`${name}: no field can be changed after signing`, async () => {
    const signature = await noun.sign(deployment, message, account)
    for (const field of Object.keys(message)) {
      const changed = { ...message, [field]: another((message as Record<string, unknown>)[field]) }
      assert.equal(
        await noun.verify(deployment, changed, { signature, signer: account.address }),
        false,
        field,
      )
    }
  })

  test(`${name} survives JSON, and its canonical bytes are sorted`, () => {
    const json = JSON.parse(JSON.stringify(noun.toJson(message)))
    assert.deepEqual(noun.parse(json), message)
    const text = new TextDecoder().decode(noun.canonical(message))
    assert.deepEqual(noun.parse(JSON.parse(text)), message)
    assert.deepEqual(Object.keys(JSON.parse(text)), Object.keys(message).sort())
  })

  test(`${name} refuses an unknown field, and a missing one`, () => {
    const json = noun.toJson(message) as Record<string, unknown>
    const code = `${name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}_INVALID`
    assert.throws(() => noun.parse({ ...json, extra: 1 }), { code })
    const [first] = Object.keys(json) as [string]
    assert.throws(() => noun.parse({ ...json, [first]: undefined }), { code, path: first })
  })
}

function another(value: unknown): unknown {
  if (typeof value === 'bigint') return value === 0n ? 1n : value - 1n
  if (typeof value === 'number') return value + 1
  const text = value as string
  return text.length === 42 ? '0x00000000000000000000000000000000000000ff' : word('ee')
}

test('the receipt of this test has the hash that it had when it was written', () => {
  assert.equal(
    Receipt.hashDetails(details),
    '0x80587930ba07cf0cc7476673a86687f0898c915eb46af565fde663fbc6ee010d',
  )
  assert.equal(
    Receipt.hash(deployment, receipt),
    '0x21256ffb38507f9b27849da0bfd35c7f7e8b42ed9eaf8509bdfcb37987928145',
  )
})

test('the details of a receipt are hashed as canonical JSON', () => {
  const text =
    '{"executionProvider":"cpu","runtime":"onnxruntime-node 1.30.0","sandbox":"process","timingsMs":{"load":12.5,"queue":0,"run":3.25}}'
  assert.equal(new TextDecoder().decode(Receipt.canonicalDetails(details)), text)
})

test('a job has a channel of its own: its receipt is the first and the last there', () => {
  assert.equal(receipt.channelId, word('0a'))
  assert.equal(receipt.seq, 0n)
  assert.equal(receipt.prevReceipt, word('00'))
  assert.equal(receipt.cumulativeCharged, receipt.charged)
})

test('a signed receipt is checked offline, with its details', async () => {
  const signature = await Receipt.sign(deployment, receipt, account)
  const signed = { receipt, signature, signer: account.address, details, chainId: 31337, providerRegistry }
  assert.equal(await Receipt.verifySigned(signed), true)
  const again = Receipt.parseSigned(JSON.parse(JSON.stringify(Receipt.signedToJson(signed))))
  assert.equal(await Receipt.verifySigned(again), true)
  assert.equal(await Receipt.verifySigned({ ...signed, signer: stranger.address }), false)
  assert.equal(await Receipt.verifySigned({ ...signed, details: { ...details, runtime: 'other' } }), false)
  assert.equal(await Receipt.verifySigned({ ...signed, receipt: { ...receipt, charged: 1n } }), false)
})

test('amounts beyond their bits, wrong checksums and upper-case hashes are refused', () => {
  const json = JobParams.toJson(jobParams)
  const wrong: readonly (readonly [string, unknown])[] = [
    ['price', (2n ** 64n).toString()],
    ['price', '-1'],
    ['price', '01'],
    ['price', '1e3'],
    ['price', 3000],
    ['nonce', (2n ** 96n).toString()],
    ['submitBy', 2 ** 40],
    ['submitBy', '1790000000'],
    ['feeBps', 10_001],
    ['client', '0x70997970c51812dc3A010C7d01b50e0d17dc79C8'],
    ['modelKey', `0x${'AB'.repeat(32)}`],
    ['modelKey', `0x${'ab'.repeat(31)}`],
  ]
  for (const [path, value] of wrong) {
    assert.throws(() => JobParams.parse({ ...json, [path]: value }), { code: 'JOB_PARAMS_INVALID', path })
  }
})

test('an all-lower-case address is read with its checksum', () => {
  const json = JobParams.toJson(jobParams)
  assert.deepEqual(JobParams.parse({ ...json, client: account.address.toLowerCase() }), jobParams)
})

test('a value that no JSON may carry is refused when it is written, too', () => {
  assert.throws(() => JobParams.canonical({ ...jobParams, price: -1n }), {
    code: 'JOB_PARAMS_INVALID',
    path: 'price',
  })
})

test('hashEndpoint is keccak256 of the very text', () => {
  assert.equal(
    ProviderRecord.hashEndpoint('https://alice.example'),
    keccak256(stringToBytes('https://alice.example')),
  )
  assert.notEqual(record.endpointHash, ProviderRecord.hashEndpoint('https://alice.example/'))
})

test('a message of a contract that the deployment lacks is refused', () => {
  const { paymentChannels: _, receiptAnchor: __, ...older } = deployment
  assert.throws(() => Voucher.hash(older, voucher), { code: 'NOT_DEPLOYED' })
  assert.throws(() => ReceiptBatch.hash(older, batch), { code: 'NOT_DEPLOYED' })
})

test('the tokens of a receipt are those that its details tell, and part of their hash', () => {
  const usage = { promptTokens: 12, completionTokens: 345, source: 'server' } as const
  const about = { ...details, usage }
  const { provider, payer: client, channelId: jobId, modelKey, requestHash, responseHash } = receipt
  const parties = { provider, client, jobId, modelKey, inputCommit: requestHash, resultCommit: responseHash }
  const counted = Receipt.forJob({ ...parties, details: about, charged: 2_500n, servedAt: 1_790_000_030 })
  assert.deepEqual([counted.tokensIn, counted.tokensOut], [12n, 345n])
  assert.equal(counted.detailsHash, Receipt.hashDetails(about))
  assert.notEqual(counted.detailsHash, receipt.detailsHash)
})
