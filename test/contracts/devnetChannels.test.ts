import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { network } from 'hardhat'
import {
  type Address,
  concat,
  encodePacked,
  erc20Abi,
  getAddress,
  getContract,
  keccak256,
  parseAbi,
  parseSignature,
  serializeCompactSignature,
  signatureToCompactSignature,
  toHex,
} from 'viem'
import Devnet from '../../ignition/modules/Devnet.ts'

const channelsAbi = parseAbi([
  'struct Config { address payer; address signer; address receiver; uint32 salt; uint32 withdrawDelay; }',
  'function token() view returns (address)',
  'function owner() view returns (address)',
  'function feeBps() view returns (uint16)',
  'function withdrawDelays() view returns (uint32, uint32)',
  'function channelIdOf(Config config) view returns (bytes32)',
  'function withdrawable(address receiver) view returns (uint256)',
  'function deposit(Config config, uint64 amount)',
  'function claim(address receiver, bytes rows) returns (uint256)',
  'function withdraw(address to, uint256 amount)',
])
const anchorsAbi = parseAbi([
  'struct Batch { address provider; uint64 epoch; bytes32 root; uint32 count; uint128 total; }',
  'function PROVIDERS() view returns (address)',
  'function anchor(Batch batch)',
  'function isAnchored(Batch batch, uint40 anchoredAt) view returns (bool)',
])
const moduleAbi = parseAbi([
  'function PROVIDERS() view returns (address)',
  'function ESCROW() view returns (address)',
  'function receiptPeriod() view returns (uint40)',
])
const registryAbi = parseAbi(['function moduleActiveAt(address module) view returns (uint40)'])

describe('channels, anchors and equivocation on a devnet', async () => {
  const connection = await network.create('devnet')
  after(() => connection.close())
  const { viem } = connection
  const deployed: Record<string, { address: Address }> = await connection.ignition.deploy(Devnet)
  const at = (name: string) => getAddress(deployed[name]?.address ?? '0x')
  const [owner, payer, receiver] = await viem.getWalletClients()
  assert.ok(owner && payer && receiver)
  const channels = getContract({ address: at('paymentChannels'), abi: channelsAbi, client: owner })
  const anchors = getContract({ address: at('receiptAnchor'), abi: anchorsAbi, client: owner })
  const module = getContract({ address: at('equivocationModule'), abi: moduleAbi, client: owner })
  const registry = getContract({ address: at('providerRegistry'), abi: registryAbi, client: owner })
  const usdc = getContract({ address: at('usdc'), abi: erc20Abi, client: owner })

  it('wires them to the registry, which lets the module slash from the start', async () => {
    assert.equal(await anchors.read.PROVIDERS(), at('providerRegistry'))
    assert.equal(await module.read.PROVIDERS(), at('providerRegistry'))
    assert.equal(await module.read.ESCROW(), at('jobEscrow'))
    assert.equal(await module.read.receiptPeriod(), 3_600)
    const { timestamp } = await (await viem.getPublicClient()).getBlock()
    const activeAt = await registry.read.moduleActiveAt([at('equivocationModule')])
    assert.ok(activeAt > 0 && BigInt(activeAt) <= timestamp)
  })

  it('has the parameters of a local chain', async () => {
    assert.equal(await channels.read.token(), at('usdc'))
    assert.equal(await channels.read.feeBps(), 100)
    assert.deepEqual(await channels.read.withdrawDelays(), [60, 2_592_000])
    assert.equal(await channels.read.owner(), getAddress(owner.account.address))
  })

  it('pays a receiver by one voucher', async () => {
    const [asPayer, asReceiver] = [{ account: payer.account }, { account: receiver.account }]
    const config = {
      payer: payer.account.address,
      signer: payer.account.address,
      receiver: receiver.account.address,
      salt: 1,
      withdrawDelay: 86_400,
    }
    await usdc.write.approve([channels.address, 5_000_000n], asPayer)
    await channels.write.deposit([config, 5_000_000n], asPayer)
    const signature = await payer.signTypedData({
      domain: { name: 'PaymentChannels', version: '1', chainId: 31_337, verifyingContract: channels.address },
      types: {
        Voucher: [
          { name: 'channelId', type: 'bytes32' },
          { name: 'maxClaimableAmount', type: 'uint128' },
        ],
      },
      primaryType: 'Voucher',
      message: { channelId: await channels.read.channelIdOf([config]), maxClaimableAmount: 2_000_000n },
    })
    const head = encodePacked(
      ['address', 'address', 'uint32', 'uint32', 'uint64'],
      [config.payer, config.signer, config.salt, config.withdrawDelay, 2_000_000n],
    )
    const compact = serializeCompactSignature(signatureToCompactSignature(parseSignature(signature)))
    await channels.write.claim([config.receiver, concat([head, compact])])
    const before = await usdc.read.balanceOf([config.receiver])
    await channels.write.withdraw([config.receiver, 1_980_000n], asReceiver)
    assert.equal((await usdc.read.balanceOf([config.receiver])) - before, 1_980_000n)
    assert.equal(await channels.read.withdrawable([config.receiver]), 0n)
  })

  it('anchors an epoch', async () => {
    const provider = receiver.account.address
    const batch = { provider, epoch: 1n, root: keccak256(toHex('root')), count: 1_000, total: 5n }
    await anchors.write.anchor([batch], { account: receiver.account })
    const { timestamp } = await (await viem.getPublicClient()).getBlock()
    assert.equal(await anchors.read.isAnchored([batch, Number(timestamp)]), true)
  })
})
