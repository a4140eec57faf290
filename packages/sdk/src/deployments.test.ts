import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deployedAddress } from './deployedAddress.ts'
import { formatDeployment, parseDeployment } from './deployments.ts'

const json = {
  chainId: 31_337,
  genesisHash: `0x${'0a'.repeat(32)}`,
  deployedAtBlock: '12',
  usdc: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  modelRegistry: '0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512',
  providerRegistry: '0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0',
  jobEscrow: '0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9',
}

describe('parseDeployment', () => {
  it('is undone by formatDeployment', () => {
    const deployment = parseDeployment(json)
    assert.equal(deployment.deployedAtBlock, 12n)
    assert.deepEqual(formatDeployment(deployment), json)
  })

  it('reads what went through JSON', () => {
    const text = JSON.stringify(formatDeployment(parseDeployment(json)))
    assert.deepEqual(parseDeployment(JSON.parse(text)), parseDeployment(json))
  })

  it('may lack what came later, and names it where it is needed', () => {
    const paymentChannels = '0x5FC8d32690cc91D4c39d9d3abcBD16989F875707'
    const newer = parseDeployment({ ...json, paymentChannels })
    assert.deepEqual(formatDeployment(newer), { ...json, paymentChannels })
    assert.equal(deployedAddress(newer, 'paymentChannels'), paymentChannels)
    assert.throws(() => deployedAddress(newer, 'receiptAnchor'), { code: 'NOT_DEPLOYED' })
    assert.throws(() => parseDeployment({ ...json, paymentChannels: '0x01' }), { path: 'paymentChannels' })
  })

  it('names the field that is wrong', () => {
    const wrong = { chainId: 0, genesisHash: '0x', deployedAtBlock: 12, usdc: '0x01', jobEscrow: undefined }
    for (const [path, value] of Object.entries(wrong)) {
      assert.throws(() => parseDeployment({ ...json, [path]: value }), { code: 'DEPLOYMENT_INVALID', path })
    }
  })
})
