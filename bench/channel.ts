import { parseArgs } from 'node:util'
import { ChannelConfig, Receipt, ReceiptBatch, Voucher, VoucherRows } from '@dim/sdk'
import hre from 'hardhat'
import { type Hex, keccak256, stringToHex } from 'viem'
import { hardhat } from 'viem/chains'
import { deployChannels } from './support/gasChannelWorld.ts'
import { accountNamed, createGasWorld, type Gas, type GasWorld } from './support/gasWorld.ts'

const INFERENCES = 1_000
const PRICE = 2_000n
const ALLOWED_ON_POLYGON = 175
const hash = (text: string) => keccak256(stringToHex(text))

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

const payer = accountNamed('channel payer')
const receiver = accountNamed('channel receiver')

/** A channel with money in it, in the steady state: its receiver claimed and withdrew before. */
async function openChannel(world: GasWorld) {
  const { usdc, owner, measure } = world
  const { channels, anchors } = await deployChannels(world)
  const deployment = {
    chainId: hardhat.id,
    providerRegistry: world.providerRegistry.address,
    paymentChannels: channels.address,
    receiptAnchor: anchors.address,
  }
  const config = {
    payer: payer.address,
    signer: payer.address,
    receiver: receiver.address,
    salt: 1,
    withdrawDelay: 86_400,
  }
  await world.fund(payer, receiver)
  for (const { address } of [payer, receiver]) {
    await measure({ from: owner, to: usdc, name: 'mint', args: [address, 1_000_000_000n] })
  }
  await measure({ from: payer, to: usdc, name: 'approve', args: [channels.address, 1_000_000_000n] })
  await measure({ from: payer, to: channels, name: 'deposit', args: [config, 100_000_000n] })

  const channelId = ChannelConfig.id(deployment, config)
  const sign = (maxClaimableAmount: bigint) =>
    Voucher.sign(deployment, { channelId, maxClaimableAmount }, payer)
  const claim = (amountUsdc: bigint, signature: Hex) => {
    const rows = VoucherRows.encode([{ ...config, amountUsdc, signature }])
    return measure({ from: receiver, to: channels, name: 'claim', args: [receiver.address, rows] })
  }
  const withdraw = (amount: bigint) =>
    measure({ from: receiver, to: channels, name: 'withdraw', args: [receiver.address, amount] })
  const anchor = (batch: ReceiptBatch.ReceiptBatch) =>
    measure({ from: receiver, to: anchors, name: 'anchor', args: [batch] })

  await claim(PRICE, await sign(PRICE))
  await withdraw(PRICE / 2n)
  return { deployment, channelId, sign, claim, withdraw, anchor, claimed: PRICE, now: world.now }
}

type Channel = Awaited<ReturnType<typeof openChannel>>

/** Serves one inference after the other: a voucher from the payer, a signed receipt from the receiver. */
async function serve({ deployment, channelId, sign, claimed, now }: Channel) {
  const receipts: Receipt.Receipt[] = []
  let [amount, signature]: [bigint, Hex] = [claimed, '0x']
  for (let index = 0; index < INFERENCES; index += 1) {
    amount += PRICE
    signature = await sign(amount)
    const receipt = Receipt.forChannel({
      provider: receiver.address,
      payer: payer.address,
      channelId,
      modelKey: hash('model'),
      requestHash: hash(`request ${index}`),
      responseHash: hash(`answer ${index}`),
      details: {
        runtime: 'none',
        executionProvider: 'none',
        sandbox: 'none',
        timingsMs: { queue: 0, load: 0, run: 1 },
      },
      charged: PRICE,
      servedAt: now(),
      previous: receipts.at(-1),
    })
    await Receipt.sign(deployment, receipt, receiver)
    receipts.push(receipt)
  }
  return { receipts, amount, signature }
}

async function measureLane(): Promise<Record<string, Gas>> {
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
  const world = await createGasWorld()
  try {
    const channel = await openChannel(world)
    const { receipts, amount, signature } = await serve(channel)
    return {
      claim: await channel.claim(amount, signature),
      withdraw: await channel.withdraw(PRICE * BigInt(INFERENCES / 2)),
      anchor: await channel.anchor(ReceiptBatch.of(receipts, { provider: receiver.address, epoch: 1n })),
    }
  } finally {
    await world.close()
  }
}

const steps = await measureLane()
const perInference = (schedule: keyof Gas) =>
  Object.values(steps).reduce((sum, gas) => sum + Number(gas[schedule]), 0) / INFERENCES
const gasPerInference = { ethereum: perInference('ethereum'), polygon: perInference('polygon') }

const cell = (value: number | bigint) => value.toLocaleString('en-US').padStart(12)
const line = (name: string, { ethereum, polygon }: Record<keyof Gas, number | bigint>) =>
  console.log(`  ${name.padEnd(46)}${cell(ethereum)}${cell(polygon)}`)
console.log(
  `  ${`gas of ${INFERENCES} inferences`.padEnd(46)}${'Ethereum'.padStart(12)}${'Polygon'.padStart(12)}`,
)
for (const [name, gas] of Object.entries(steps)) line(name, gas)
line('gasPerInference', gasPerInference)
const met = gasPerInference.polygon <= ALLOWED_ON_POLYGON
if (!met) console.log(`  ✖ an inference may cost ${ALLOWED_ON_POLYGON} gas on Polygon`)
if (options.json) console.log(JSON.stringify({ gasPerInference, inferences: INFERENCES }))
process.exitCode = met ? 0 : 1
