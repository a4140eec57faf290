import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Hex, sha256, stringToHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { parseDeployment } from '../deployments.ts'
import * as Receipt from '../messages/receipt.ts'
import { verifyReceipt } from './verifyReceipt.ts'

const account = () => privateKeyToAccount(generatePrivateKey())
const hash = (text: string): Hex => sha256(stringToHex(text))
const provider = account()
const service = account()
const contract = account().address
const deployment = parseDeployment({
  chainId: 31_337,
  genesisHash: hash('genesis'),
  deployedAtBlock: '1',
  usdc: contract,
  modelRegistry: contract,
  providerRegistry: contract,
  jobEscrow: contract,
})
const details = {
  runtime: 'onnxruntime 1.30.0',
  executionProvider: 'cpu',
  sandbox: 'process',
  timingsMs: { queue: 0, load: 1, run: 2 },
}
const receipt = Receipt.forJob({
  provider: provider.address,
  client: account().address,
  jobId: hash('job'),
  modelKey: hash('model'),
  inputCommit: hash('input'),
  resultCommit: hash('result'),
  details,
  charged: 1_500n,
  servedAt: 1_800_000_000,
})

describe('verifyReceipt without a chain', () => {
  it('takes the signature of the provider, or of a key that is known to be its own', async () => {
    const byProvider = await Receipt.sign(deployment, receipt, provider)
    assert.equal(
      (await verifyReceipt({ receipt, signature: byProvider, deployment })).signer,
      provider.address,
    )
    const signature = await Receipt.sign(deployment, receipt, service)
    const { signer } = await verifyReceipt({
      receipt,
      signature,
      deployment,
      serviceKey: service.address,
      details,
    })
    assert.equal(signer, service.address)
  })

  it('takes no key on its own word', async () => {
    const signature = await Receipt.sign(deployment, receipt, service)
    const refusal = { code: 'RECEIPT_INVALID', field: 'signature' }
    await assert.rejects(verifyReceipt({ receipt, signature, deployment }), refusal)
    await assert.rejects(verifyReceipt({ receipt, signature, deployment, serviceKey: contract }), refusal)
  })

  it('sees a change of any field', async () => {
    const signature = await Receipt.sign(deployment, receipt, provider)
    const changes = {
      charged: 1n,
      cumulativeCharged: 1n,
      servedAt: 1,
      modelKey: hash('x'),
      responseHash: hash('x'),
    }
    for (const [field, value] of Object.entries(changes)) {
      const forged = { ...receipt, [field]: value }
      await assert.rejects(verifyReceipt({ receipt: forged, signature, deployment }), {
        code: 'RECEIPT_INVALID',
      })
    }
  })

  it('belongs to one chain and one registry', async () => {
    const signature = await Receipt.sign(deployment, receipt, provider)
    for (const other of [{ chainId: 137 }, { providerRegistry: account().address }]) {
      await assert.rejects(verifyReceipt({ receipt, signature, deployment: { ...deployment, ...other } }), {
        code: 'RECEIPT_INVALID',
        field: 'signature',
      })
    }
  })

  it('refuses details other than those that were signed, and a receipt that is not of a job', async () => {
    const signature = await Receipt.sign(deployment, receipt, provider)
    const changed = { ...details, executionProvider: 'cuda' }
    await assert.rejects(verifyReceipt({ receipt, signature, deployment, details: changed }), {
      code: 'RECEIPT_INVALID',
      field: 'detailsHash',
    })
    const streamed = { ...receipt, seq: 1n }
    const signed = await Receipt.sign(deployment, streamed, provider)
    await assert.rejects(verifyReceipt({ receipt: streamed, signature: signed, deployment }), {
      code: 'RECEIPT_INVALID',
      field: 'seq',
    })
  })

  it('refuses what is no signature', async () => {
    for (const signature of ['0x', '0x00', `0x${'00'.repeat(65)}`, `0x${'ff'.repeat(65)}`] as const) {
      await assert.rejects(verifyReceipt({ receipt, signature, deployment }), {
        code: 'RECEIPT_INVALID',
        field: 'signature',
      })
    }
  })
})
