import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AbiParameter,
  createClient,
  custom,
  encodeErrorResult,
  type Hex,
  HttpRequestError,
  InsufficientFundsError,
  UserRejectedRequestError,
  zeroHash,
} from 'viem'
import { call, readContract } from 'viem/actions'
import { equivocationModuleAbi } from '../abis/equivocationModule.ts'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import { receiptAnchorAbi } from '../abis/receiptAnchor.ts'
import { testUsdcAbi } from '../abis/testUsdc.ts'
import { BaseError } from './baseError.ts'
import { ContractRevertError } from './contractRevert.ts'
import { decodeErrorData, decodeRevert } from './decodeRevert.ts'

const account = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const contract = '0x5FbDB2315678afecb367f032d93F642f64180aa3'

const reverting = (data: Hex, message = 'execution reverted') =>
  createClient({
    transport: custom(
      {
        request: async () => {
          throw Object.assign(new Error(message), { code: 3, data })
        },
      },
      { retryCount: 0 },
    ),
  })

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail('did not throw'),
    (error: unknown) => error,
  )

const escrowCall = { abi: jobEscrowAbi, address: contract, functionName: 'feeBps' } as const

function sample({ type }: AbiParameter): unknown {
  if (type === 'address') return account
  if (type === 'bytes32') return zeroHash
  if (type === 'string') return 'a text'
  return /^u?int(?:8|16|24|32|40|48)$/.test(type) ? 1 : 1n
}

const errors = [
  jobEscrowAbi,
  modelRegistryAbi,
  providerRegistryAbi,
  paymentChannelsAbi,
  receiptAnchorAbi,
  equivocationModuleAbi,
  testUsdcAbi,
].flatMap((abi) => abi.filter((item) => item.type === 'error'))

test('there are custom errors to decode', () => assert.ok(errors.length > 60))

for (const item of errors) {
  test(`${item.name}(${item.inputs.map(({ type }) => type)}) has a code and words of its own`, async () => {
    const data = encodeErrorResult({
      abi: [item],
      errorName: item.name,
      args: item.inputs.map(sample),
    } as never)
    const thrown = await caught(readContract(reverting(data), escrowCall))
    const error = decodeRevert(thrown, 'Reading the fee')
    assert.ok(error instanceof ContractRevertError)
    assert.equal(error.code, `CONTRACT_${item.name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()}`)
    assert.equal(error.errorName, item.name)
    assert.deepEqual(
      Object.keys(error.args),
      item.inputs.map(({ name }) => name),
    )
    assert.match(error.message, /^Reading the fee failed: .+\. Nothing was charged\./)
    assert.doesNotMatch(error.message, /[{}]|\?|refused with/)
  })
}

test('the words carry the arguments, a state by its name', () => {
  const data = encodeErrorResult({ abi: jobEscrowAbi, errorName: 'WrongStatus', args: [zeroHash, 4] })
  const error = decodeRevert(Object.assign(new Error('reverted'), { data }), 'Accepting the job')
  assert.equal(
    error.message,
    `Accepting the job failed: job ${zeroHash} is in state paid. Nothing was charged. Read the job again: somebody was faster.`,
  )
})

test('a plain call, whose error viem does not decode, is decoded as well', async () => {
  const data = encodeErrorResult({ abi: jobEscrowAbi, errorName: 'CreationPaused' })
  const error = decodeRevert(
    await caught(call(reverting(data), { to: contract, data: '0x12345678' })),
    'Opening a job',
  )
  assert.equal(error.code, 'CONTRACT_CREATION_PAUSED')
})

test('data that a node nests one level deeper are found', () => {
  const data = encodeErrorResult({ abi: jobEscrowAbi, errorName: 'ZeroAmount' })
  const nested = new Error('outer', { cause: { data: { data, message: 'reverted' } } })
  assert.equal(decodeRevert(nested, 'Depositing').code, 'CONTRACT_ZERO_AMOUNT')
})

test('a revert with a text, and one with nothing, are CONTRACT_REVERTED', async () => {
  const text = encodeErrorResult({
    abi: [{ type: 'error', name: 'Error', inputs: [{ name: 'message', type: 'string' }] }],
    errorName: 'Error',
    args: ['Pausable: paused'],
  })
  const withText = decodeRevert(await caught(readContract(reverting(text), escrowCall)), 'Reading')
  assert.equal(withText.code, 'CONTRACT_REVERTED')
  assert.match(withText.message, /Pausable: paused/)
  const empty = decodeRevert(await caught(readContract(reverting('0x'), escrowCall)), 'Reading')
  assert.equal(empty.code, 'CONTRACT_REVERTED')
  const unknown = decodeRevert(await caught(readContract(reverting('0xdeadbeef'), escrowCall)), 'Reading')
  assert.equal(unknown.code, 'CONTRACT_REVERTED')
})

test('a chain that does not answer is told from a contract that refuses', () => {
  const dead = new HttpRequestError({ url: 'http://127.0.0.1:1', body: {}, cause: new Error('ECONNREFUSED') })
  const error = decodeRevert(dead, 'Opening a job')
  assert.equal(error.code, 'CHAIN_UNREACHABLE')
  assert.equal(error.retryable, true)
  assert.equal(error.cause, dead)
})

test('no gas money and a refusal in the wallet have codes of their own', () => {
  assert.equal(decodeRevert(new InsufficientFundsError(), 'Staking').code, 'INSUFFICIENT_GAS_FUNDS')
  const refused = decodeRevert(new UserRejectedRequestError(new Error('no')), 'Staking')
  assert.equal(refused.code, 'USER_REJECTED')
})

test('anything else is CHAIN_REQUEST_FAILED with its reason, and a coded error comes back as it is', () => {
  const error = decodeRevert(new Error('nonce too low.'), 'Staking')
  assert.equal(error.code, 'CHAIN_REQUEST_FAILED')
  assert.match(error.message, /^Staking failed: nonce too low\./)
  assert.equal(decodeRevert(error, 'Other'), error)
  assert.ok(decodeRevert('text', 'Staking') instanceof BaseError)
})

test('decodeErrorData knows no error that no contract declares', () => {
  assert.equal(decodeErrorData('0xdeadbeef'), undefined)
  assert.equal(decodeErrorData('0x'), undefined)
})
