import assert from 'node:assert/strict'
import {
  anchorReceipts,
  type ChannelCharge,
  ChannelConfig,
  createMemoryChannelStore,
  createPayerChannel,
  createReceiverChannel,
  fundChannel,
  getChainTime,
  getChannel,
  getChannelFeeBps,
  getChannelFees,
  getEarnings,
  getUsdcBalance,
  getWithdrawable,
  inspectReceiptChains,
  isReceiptIncluded,
  listAnchors,
  payerRecordSchema,
  Receipt,
  ReceiptBatch,
  ReceiptTree,
  receiverRecordSchema,
  waitForTransaction,
  withdrawEarnings,
} from '@dim/sdk'
import { type Hash, type Hex, keccak256, type LocalAccount, stringToHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { BenchDevnet } from './benchDevnet.ts'
import type { Gas } from './gasWorld.ts'
import { polygonGas } from './polygonGas.ts'

const priceUsdc = 2_000n
const depositUsdc = 100_000_000n
const withdrawDelay = 86_400
const hash = (text: string) => keccak256(stringToHex(text))

/** A payer and a receiver whom the chain sees for the first time, so that the bench may run on one devnet again and again. */
async function createParties(devnet: BenchDevnet) {
  const payer = privateKeyToAccount(generatePrivateKey())
  const receiver = privateKeyToAccount(generatePrivateKey())
  await devnet.fund(payer, depositUsdc)
  await devnet.fund(receiver, 1n)
  return { payer, receiver }
}

async function openChannel(devnet: BenchDevnet) {
  const { payer, receiver } = await createParties(devnet)
  const payerClient = devnet.writer(payer)
  const receiverClient = devnet.writer(receiver)
  const config = ChannelConfig.between({ payer: payer.address, receiver: receiver.address, withdrawDelay })
  await fundChannel(payerClient, { config, amountUsdc: depositUsdc })
  return {
    payer,
    receiver,
    payerClient,
    receiverClient,
    paying: createPayerChannel(payerClient, {
      config,
      store: createMemoryChannelStore(payerRecordSchema),
      maxRequestUsdc: priceUsdc,
    }),
    receiving: createReceiverChannel(receiverClient, {
      store: createMemoryChannelStore(receiverRecordSchema),
      minWithdrawDelay: withdrawDelay,
    }),
  }
}

type Channel = Awaited<ReturnType<typeof openChannel>>
type Answer = { receipt: Receipt.Receipt; signature: Hex }

/** Serves inferences one after the other: a voucher that the receiver checks, a receipt that the payer checks. */
async function serve(
  devnet: BenchDevnet,
  channel: Channel,
  { count, after }: { count: number; after?: Receipt.Receipt },
) {
  const { payer, receiver, paying, receiving } = channel
  const receipts: Receipt.Receipt[] = []
  const servedAt = await getChainTime(channel.receiverClient)
  const answer = async ({ channelId, chargedUsdc }: ChannelCharge): Promise<Answer> => {
    const previous = receipts.at(-1) ?? after
    const receipt = receiptOf({ payer, receiver, channelId, chargedUsdc, servedAt, previous })
    return { receipt, signature: await Receipt.sign(devnet.deployment, receipt, receiver) }
  }
  for (let index = 0; index < count; index += 1) {
    const { receipt, signature } = await paying.pay<Answer>({
      priceUsdc,
      send: (payment) => receiving.serve({ payment, priceUsdc, handle: answer }),
    })
    assert.ok(await Receipt.verify(devnet.deployment, receipt, { signature, signer: receiver.address }))
    receipts.push(receipt)
  }
  return receipts
}

type Served = {
  payer: LocalAccount
  receiver: LocalAccount
  channelId: Hex
  chargedUsdc: bigint
  servedAt: number
  previous: Receipt.Receipt | undefined
}

const receiptOf = ({ payer, receiver, chargedUsdc, previous, ...served }: Served) =>
  Receipt.forChannel({
    ...served,
    provider: receiver.address,
    payer: payer.address,
    modelKey: hash('model'),
    requestHash: hash(`request ${previous?.seq}`),
    responseHash: hash(`answer ${previous?.seq}`),
    details: {
      runtime: 'none',
      executionProvider: 'none',
      sandbox: 'none',
      timingsMs: { queue: 0, load: 0, run: 1 },
    },
    charged: chargedUsdc,
    previous,
  })

/** One claim of everything, one withdrawal of everything, one anchor of every receipt. */
async function takeMoney(channel: Channel, receipts: readonly Receipt.Receipt[], epoch: bigint) {
  const { receiver, receiverClient: client, receiving } = channel
  const mined = async (sent: Promise<Hash>) =>
    (await waitForTransaction(client, { hash: await sent })).transactionHash
  const claims = await receiving.claimAll()
  assert.deepEqual([claims.transactions.length, claims.rejected], [1, []])
  const amountUsdc = await getWithdrawable(client, { receiver: receiver.address })
  const withdraw = await mined(withdrawEarnings(client, { to: receiver.address, amountUsdc }))
  const batch = ReceiptBatch.of(receipts, { provider: receiver.address, epoch })
  const anchor = await mined(anchorReceipts(client, { batch }))
  return { claim: claims.transactions[0] as Hash, withdraw, anchor }
}

/** Every unit is where it belongs: in both parties' books, in the channel, with the receiver, in the fees, under the root. */
async function assertBooks(
  devnet: BenchDevnet,
  channel: Channel,
  epochs: readonly (readonly Receipt.Receipt[])[],
) {
  const { paying, receiver, receiverClient: client } = channel
  const receipts = epochs.flat()
  const charged = priceUsdc * BigInt(receipts.length)
  assert.equal((await paying.getRecord()).chargedUsdc, charged)
  assert.equal((await paying.checkClaims()).status, 'fair')
  const [chain] = inspectReceiptChains(receipts)
  assert.deepEqual([chain?.isWhole, chain?.count, chain?.chargedUsdc], [true, receipts.length, charged])
  const { claimedUsdc, depositedUsdc } = await getChannel(client, { channelId: paying.channelId })
  assert.deepEqual([claimedUsdc, depositedUsdc], [charged, depositUsdc])
  const { earnedUsdc, paidOutUsdc, feeTakenUsdc } = await getEarnings(client, { receiver: receiver.address })
  const feesUsdc = (charged * BigInt(await getChannelFeeBps(client))) / 10_000n
  assert.deepEqual([earnedUsdc, paidOutUsdc, feeTakenUsdc], [charged, charged - feesUsdc, feesUsdc])
  assert.equal(await getChannelFees(client, { receiver: receiver.address }), feesUsdc)
  assert.equal(await getUsdcBalance(client, { account: receiver.address }), paidOutUsdc + 1n)
  await assertAnchored(devnet, channel, epochs)
}

async function assertAnchored(
  { deployment }: BenchDevnet,
  { receiver, receiverClient: client }: Channel,
  epochs: readonly (readonly Receipt.Receipt[])[],
) {
  const anchors = await listAnchors(client, {
    provider: receiver.address,
    fromBlock: deployment.deployedAtBlock,
  })
  assert.deepEqual(
    anchors.map(({ batch }) => batch),
    epochs.map((receipts, index) =>
      ReceiptBatch.of(receipts, { provider: receiver.address, epoch: BigInt(index) }),
    ),
  )
  const leaves = (epochs.at(-1) ?? []).map(Receipt.structHash)
  const last = anchors.at(-1) as (typeof anchors)[number]
  for (const index of [0, leaves.length - 1]) {
    const proof = ReceiptTree.proof(leaves, index)
    const place = { ...last, index, receiptHash: leaves[index] as Hex, proof }
    assert.ok(await isReceiptIncluded(client, place))
  }
}

/** Gas of what the chain does for many inferences in one channel: one claim, one withdrawal, one anchor, in the steady state. */
export async function measureChannelLane(devnet: BenchDevnet, { inferences }: { inferences: number }) {
  const channel = await openChannel(devnet)
  const first = await serve(devnet, channel, { count: 1 })
  await takeMoney(channel, first, 0n)
  const receipts = await serve(devnet, channel, { count: inferences, after: first[0] as Receipt.Receipt })
  const transactions = await takeMoney(channel, receipts, 1n)
  await assertBooks(devnet, channel, [first, receipts])
  const measured = Object.entries(transactions).map(async ([name, hash]): Promise<[string, Gas]> => {
    const { gasUsed: ethereum } = await devnet.test.getTransactionReceipt({ hash })
    return [name, { ethereum, polygon: await polygonGas(devnet.test.request, { hash, gasUsed: ethereum }) }]
  })
  return Object.fromEntries(await Promise.all(measured))
}
