import { serviceKeyAccess } from '@dim/sdk'
import { type AccessList, concat, type Hex, keccak256, pad, stringToHex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'
import { type ChannelConfig, channelDepositNonce, signReceipt, signRow } from './gasChannelSignatures.ts'
import { deployChannels } from './gasChannelWorld.ts'
import { signPayment, signServiceKey } from './gasSignatures.ts'
import { accountNamed, type Gas, type GasWorld } from './gasWorld.ts'

type Channel = { config: ChannelConfig; channelId: Hex }

const ROWS = 50
const DELAY = 86_400
const DEPOSIT = 5_000_000n
const RECEIPT_PERIOD = 3_600
const MODULE_DELAY = 3_600
const hash = (text: string) => keccak256(stringToHex(text))
const zero = pad('0x')

const difference = (more: Gas, less: Gas): Gas => ({
  ethereum: more.ethereum - less.ethereum,
  polygon: more.polygon - less.polygon,
})
const dividedUp = (gas: bigint, by: bigint) => (gas + by - 1n) / by

/** Gas of channels, anchors and equivocation in the steady state: no counter at zero, save where the name says first. */
export async function measureChannelPaths(world: GasWorld): Promise<Record<string, Gas>> {
  const { usdc, owner, providerRegistry, measure } = world
  const payer = accountNamed('channel payer')
  const receiver = accountNamed('channel receiver')
  const serviceKey = accountNamed('channel service key')
  const relayer = accountNamed('channel relayer')
  const { channels, anchors } = await deployChannels(world)
  const periods = [providerRegistry.address, RECEIPT_PERIOD]
  const equivocation = await world.deploy(owner, 'EquivocationModule', periods)

  const channel = (from: PrivateKeyAccount, name: string, ...args: unknown[]) =>
    measure({ from, to: channels, name, args })

  async function channelNumber(salt: number): Promise<Channel> {
    const config = {
      payer: payer.address,
      signer: payer.address,
      receiver: receiver.address,
      salt,
      withdrawDelay: DELAY,
    }
    return { config, channelId: (await world.read(channels, 'channelIdOf', [config])) as Hex }
  }

  async function claim(list: readonly Channel[], amount: bigint) {
    const rows = await Promise.all(
      list.map((one) => signRow(payer, { channels: channels.address, ...one, amount })),
    )
    return channel(relayer, 'claim', receiver.address, concat(rows))
  }

  async function setUp() {
    await world.fund(payer, receiver, serviceKey, relayer)
    const mint = (to: Hex) => measure({ from: owner, to: usdc, name: 'mint', args: [to, 1_000_000_000n] })
    await mint(payer.address)
    await mint(receiver.address)
    for (const [from, { address }] of [
      [payer, channels],
      [receiver, providerRegistry],
    ] as const) {
      await measure({ from, to: usdc, name: 'approve', args: [address, 2n ** 256n - 1n] })
    }
    const stake = [receiver.address, 300_000_000n]
    await measure({ from: receiver, to: providerRegistry, name: 'stake', args: stake })
    const proof = await signServiceKey(serviceKey, providerRegistry.address, receiver.address)
    const key = [serviceKey.address, 0, proof]
    await measure({ from: receiver, to: providerRegistry, name: 'setServiceKey', args: key })
  }

  async function claims() {
    const list = await Promise.all(Array.from({ length: ROWS }, (_, salt) => channelNumber(salt)))
    const deposits: Gas[] = []
    for (const { config } of list) deposits.push(await channel(payer, 'deposit', config, DEPOSIT))
    await claim(list, 1_000_001n)
    const many = await claim(list, 2_000_002n)
    const single = await claim(list.slice(0, 1), 3_000_003n)
    const rest = difference(many, single)
    const others = BigInt(ROWS - 1)
    const claimRow = {
      ethereum: dividedUp(rest.ethereum, others),
      polygon: dividedUp(rest.polygon, others),
    }
    const channelDepositFirst = deposits.at(-1) as Gas
    return { claimRow, claimFixed: difference(single, claimRow), claimOf50: many, channelDepositFirst }
  }

  async function money() {
    const { config, channelId } = await channelNumber(0)
    const [amount, salt, validBefore] = [1_000_000n, hash('salt'), BigInt(world.now() + 900)]
    const channelDeposit = await channel(payer, 'deposit', config, amount)
    const nonce = channelDepositNonce(channelId, amount, salt)
    const payment = { usdc: usdc.address, to: channels.address, value: amount, validBefore, nonce }
    const signature = await signPayment(payer, payment)
    const args = [config, amount, salt, 0n, validBefore, signature]
    const channelDepositWithAuthorization = await channel(relayer, 'depositWithAuthorization', ...args)
    await channel(receiver, 'withdraw', receiver.address, 1_000_000n)
    await claim([{ config, channelId }], 4_000_000n)
    const channelWithdraw = await channel(receiver, 'withdraw', receiver.address, 1_000_000n)
    const channelRefund = await channel(receiver, 'refund', config, 10n)
    const channelStartWithdraw = await channel(payer, 'startWithdraw', config, 100n)
    world.pass(DELAY)
    const channelFinishWithdraw = await channel(payer, 'finishWithdraw', config, payer.address)
    return {
      channelDeposit,
      channelDepositWithAuthorization,
      channelWithdraw,
      channelRefund,
      channelStartWithdraw,
      channelFinishWithdraw,
    }
  }

  function anchor(from: PrivateKeyAccount, epoch: bigint, accessList: AccessList = []) {
    const batch = {
      provider: receiver.address,
      epoch,
      root: hash(`root ${epoch}`),
      count: 1_000,
      total: 20_000_000n,
    }
    return measure({ from, to: anchors, name: 'anchor', args: [batch], accessList })
  }

  async function equivocate() {
    const receipt = (answer: string) => ({
      provider: receiver.address,
      payer: payer.address,
      channelId: hash('channel'),
      seq: 7n,
      modelKey: hash('model'),
      requestHash: hash('request'),
      responseHash: hash(answer),
      traceRoot: zero,
      detailsHash: hash('details'),
      tokensIn: 10n,
      tokensOut: 20n,
      charged: 20_000n,
      cumulativeCharged: 140_000n,
      servedAt: world.now(),
      prevReceipt: hash('receipt before'),
    })
    const signed = async (answer: string) => {
      const document = receipt(answer)
      return [document, await signReceipt(serviceKey, providerRegistry.address, document)] as const
    }
    const args = [...(await signed('one answer')), ...(await signed('another answer'))]
    return measure({ from: relayer, to: equivocation, name: 'proveEquivocation', args })
  }

  await setUp()
  // As the SDK sends it.
  const keyRead = serviceKeyAccess(
    { chainId: hardhat.id, providerRegistry: providerRegistry.address },
    { provider: receiver.address, key: serviceKey.address },
  )
  const figures = {
    ...(await claims()),
    ...(await money()),
    anchor: await anchor(receiver, 1n),
    anchorByServiceKey: await anchor(serviceKey, 2n, keyRead),
  }
  const schedule = [equivocation.address]
  await measure({ from: owner, to: providerRegistry, name: 'scheduleModule', args: schedule })
  world.pass(MODULE_DELAY)
  return { ...figures, proveEquivocation: await equivocate() }
}
