import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { jobEscrowAbi, modelRegistryAbi, providerRegistryAbi } from '@dim/sdk'
import { network } from 'hardhat'
import { type Address, erc20Abi, getAddress, getContract, keccak256, zeroHash } from 'viem'
import Devnet from '../../ignition/modules/Devnet.ts'

describe('deployment of a devnet', async () => {
  const connection = await network.create('devnet')
  after(() => connection.close())
  const deployed: Record<string, { address: Address }> = await connection.ignition.deploy(Devnet)
  const [owner, client] = await connection.viem.getWalletClients()
  assert.ok(owner && client)
  const at = (name: string) => getAddress(deployed[name]?.address ?? '0x')
  const usdc = getContract({ address: at('usdc'), abi: erc20Abi, client: owner })
  const modelRegistry = getContract({ address: at('modelRegistry'), abi: modelRegistryAbi, client: owner })
  const providerRegistry = getContract({
    address: at('providerRegistry'),
    abi: providerRegistryAbi,
    client: owner,
  })
  const jobEscrow = getContract({ address: at('jobEscrow'), abi: jobEscrowAbi, client: owner })

  it('wires the contracts to each other', async () => {
    const addresses = await jobEscrow.read.contracts()
    assert.deepEqual(
      addresses,
      [usdc.address, modelRegistry.address, providerRegistry.address].map((address) => getAddress(address)),
    )
    assert.equal(await providerRegistry.read.escrow(), getAddress(jobEscrow.address))
    assert.equal(await providerRegistry.read.token(), getAddress(usdc.address))
    assert.equal(await jobEscrow.read.owner(), getAddress(owner.account.address))
  })

  it('has the parameters of a local chain', async () => {
    assert.equal(await jobEscrow.read.feeBps(), 100)
    assert.deepEqual(await jobEscrow.read.limits(), {
      minSubmitDelay: 5,
      maxSubmitDelay: 2_592_000,
      minWindow: 0,
      maxWindow: 1_800,
      resolvePeriod: 600,
      exposureBps: 10_000,
      releaseDelay: 60,
    })
    assert.equal(await providerRegistry.read.minimumStake(), 10_000_000n)
    assert.equal(await providerRegistry.read.thawPeriod(), 3_600)
  })

  it('funds the first ten accounts and no other', async () => {
    const accounts = await connection.viem.getWalletClients()
    const balances = await Promise.all(accounts.map(({ account }) => usdc.read.balanceOf([account.address])))
    assert.deepEqual(
      balances,
      accounts.map((_, index) => (index < 10 ? 1_000_000_000_000n : 0n)),
    )
  })

  it('opens a job', async () => {
    const { account } = client
    const modelKey = keccak256('0x01')
    await modelRegistry.write.register([modelKey, zeroHash, 1_000n, 500, 0, zeroHash])
    await usdc.write.approve([providerRegistry.address, 10_000_000n])
    await providerRegistry.write.stake([owner.account.address, 10_000_000n])
    await usdc.write.approve([jobEscrow.address, 5_000n], { account })
    await jobEscrow.write.deposit([5_000n], { account })
    const { timestamp } = await (await connection.viem.getPublicClient()).getBlock()
    const params = {
      client: account.address,
      provider: owner.account.address,
      modelKey,
      inputCommit: keccak256('0x02'),
      inputRef: keccak256('0x03'),
      price: 5_000n,
      floor: 1_000n,
      submitBy: Number(timestamp) + 60,
      challengeWindow: 0,
      feeBps: 100,
      royaltyBps: 500,
      verifyMode: 0,
      groupId: zeroHash,
      nonce: 1n,
    } as const
    await jobEscrow.write.createJob([params, '0x'], { account })
    const { status } = await jobEscrow.read.jobOf([await jobEscrow.read.jobIdOf([params])])
    assert.equal(status, 1)
  })
})
