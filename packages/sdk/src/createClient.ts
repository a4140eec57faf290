import {
  type Account,
  type Address,
  type Chain,
  createClient as createViemClient,
  defineChain,
  http,
  type Transport,
} from 'viem'
import { anchorReceipts } from './actions/anchorReceipts.ts'
import { assertDeployment } from './actions/assertDeployment.ts'
import { canUseModel } from './actions/canUseModel.ts'
import { checkJobTerms } from './actions/checkJobTerms.ts'
import { claimRoyalty } from './actions/claimRoyalty.ts'
import { createJobs } from './actions/createJobs.ts'
import { createJobWithPermit } from './actions/createJobWithPermit.ts'
import { deposit } from './actions/deposit.ts'
import { deprecateModel } from './actions/deprecateModel.ts'
import { finishChannelWithdraw } from './actions/finishChannelWithdraw.ts'
import { getChannel } from './actions/getChannel.ts'
import { getEscrowAccount } from './actions/getEscrowAccount.ts'
import { getJob } from './actions/getJob.ts'
import { getJobEvents } from './actions/getJobEvents.ts'
import { getModel } from './actions/getModel.ts'
import { getOrderNonces } from './actions/getOrderNonces.ts'
import { getUsdcBalance } from './actions/getUsdcBalance.ts'
import { getWithdrawable } from './actions/getWithdrawable.ts'
import { listAnchors } from './actions/listAnchors.ts'
import { listChannels } from './actions/listChannels.ts'
import { listModels } from './actions/listModels.ts'
import { listOrderThreats } from './actions/listOrderThreats.ts'
import { listProviders } from './actions/listProviders.ts'
import { listSettledOrders } from './actions/listSettledOrders.ts'
import { proveEquivocation } from './actions/proveEquivocation.ts'
import { registerModel } from './actions/registerModel.ts'
import { revokeJob } from './actions/revokeJob.ts'
import { signPermit } from './actions/signPermit.ts'
import { startChannelWithdraw } from './actions/startChannelWithdraw.ts'
import { transferUsdc } from './actions/transferUsdc.ts'
import { updateModel } from './actions/updateModel.ts'
import { waitForTransaction } from './actions/waitForTransaction.ts'
import { watchJob } from './actions/watchJob.ts'
import { watchOrderEvents } from './actions/watchOrderEvents.ts'
import { withdraw } from './actions/withdraw.ts'
import { withdrawEarnings } from './actions/withdrawEarnings.ts'
import type { ChannelStore } from './channels/channelStore.ts'
import { type CreatePayerChannelParameters, createPayerChannel } from './channels/createPayerChannel.ts'
import {
  type CreateReceiverChannelParameters,
  createReceiverChannel,
} from './channels/createReceiverChannel.ts'
import { fundChannel } from './channels/fundChannel.ts'
import { createMemoryChannelStore } from './channels/memoryChannelStore.ts'
import { type PayerRecord, payerRecordSchema } from './channels/payerRecord.ts'
import { type ReceiverRecord, receiverRecordSchema } from './channels/receiverRecord.ts'
import { type Writer, withDeployment } from './client.ts'
import { toSigner } from './crypto/toSigner.ts'
import type { Deployment } from './deployments.ts'
import type { ClientJobStore } from './jobs/clientJobStore.ts'
import { createMemoryJobStore } from './jobs/memoryJobStore.ts'
import { type ResumeJobParameters, resumeJob } from './jobs/resumeJob.ts'
import { type RunJobParameters, runJob } from './jobs/runJob.ts'
import { type VerifyReceiptParameters, verifyReceipt } from './jobs/verifyReceipt.ts'
import * as ChannelConfig from './messages/channelConfig.ts'
import * as JobParams from './messages/jobParams.ts'
import { type CreateOrderClientParameters, createOrderClient } from './orders/createOrderClient.ts'
import { type CreateOrderDeskParameters, createOrderDesk } from './orders/createOrderDesk.ts'
import { type DeskOrderRecord, deskOrderRecordSchema } from './orders/deskOrderRecord.ts'
import { createMemoryClientOrderStore } from './orders/memoryClientOrderStore.ts'
import { createMemoryOrderStore } from './orders/memoryOrderStore.ts'
import type { ClientOrderStore, OrderStore } from './orders/orderStore.ts'

/** Where the contracts are, and how to reach the chain: by URL, or by a transport of viem such as `custom(window.ethereum)`. */
export type Network = { readonly deployment: Deployment } & (
  | { readonly rpcUrl: string; readonly transport?: undefined }
  | { readonly transport: Transport; readonly rpcUrl?: undefined }
)

/** Where a client keeps what a crash must not lose; in memory by default. */
export type ClientStores = {
  readonly jobs?: ClientJobStore | undefined
  readonly payerChannels?: ChannelStore<PayerRecord> | undefined
  readonly receiverChannels?: ChannelStore<ReceiverRecord> | undefined
  readonly clientOrders?: ClientOrderStore | undefined
  readonly deskOrders?: OrderStore<DeskOrderRecord> | undefined
}

export type CreateClientParameters = {
  /** A local account, or the address of one that the transport signs for. */
  account: Account | Address
  network: Network
  stores?: ClientStores | undefined
  /** Between two looks at the chain while a transaction is waited for; viem's by default. */
  pollingIntervalMs?: number | undefined
}

/** Makes `store` of each member of a union optional. */
type WithStore<T> = T extends { store: infer S } ? Omit<T, 'store'> & { store?: S | undefined } : never

/** Flows and calls of one account on one network, as `createClient` makes them. */
export type DimClient = ReturnType<typeof createClient>

/**
 * Makes an account's client of one network: the flows of the SDK as methods, each a thin cover of the exported function of the same
 * purpose. A program that needs few of them imports those functions instead, and nothing else reaches its bundle.
 *
 * @returns `models`, `jobs`, `channels`, `orders`, `receipts`, `providers`, `money`, and `writer` for every other action. Nothing is sent.
 * @throws nothing by itself; `assertNetwork` asks the chain whether it is the one of the deployment.
 * @example
 * const client = createClient({ account: privateKeyToAccount(key), network: { rpcUrl, deployment: await getNetwork(endpoint) } })
 * const { outputs } = await client.jobs.run({ modelKey, inputs, maxPriceUsdc: 3_000n })
 */
export function createClient(parameters: CreateClientParameters) {
  const { stores = {} } = parameters
  const writer = toWriter(parameters)
  return {
    /** Address of the account. */
    address: writer.account.address,
    /** For every action that has no method here. */
    writer,
    assertNetwork: bind(writer, assertDeployment),
    waitForTransaction: bind(writer, waitForTransaction),
    models: modelsOf(writer),
    jobs: jobsOf(writer, stores.jobs ?? createMemoryJobStore()),
    channels: channelsOf(writer, stores),
    orders: ordersOf(writer, stores),
    receipts: receiptsOf(writer),
    providers: { list: bind(writer, listProviders) },
    money: moneyOf(writer),
  }
}

function toWriter({ account, network, pollingIntervalMs }: CreateClientParameters): Writer {
  const { deployment, rpcUrl } = network
  const chain: Chain = defineChain({
    id: deployment.chainId,
    name: `chain ${deployment.chainId}`,
    nativeCurrency: { name: 'coin of the chain', symbol: 'COIN', decimals: 18 },
    rpcUrls: { default: { http: rpcUrl === undefined ? [] : [rpcUrl] } },
  })
  const polling = pollingIntervalMs === undefined ? {} : { pollingInterval: pollingIntervalMs }
  const transport = network.transport ?? http(network.rpcUrl)
  return withDeployment(createViemClient({ account, chain, transport, ...polling }), deployment) as Writer
}

const modelsOf = (writer: Writer) => ({
  get: bind(writer, getModel),
  list: bind(writer, listModels),
  canUse: bind(writer, canUseModel),
  register: bind(writer, registerModel),
  update: bind(writer, updateModel),
  deprecate: bind(writer, deprecateModel),
  claimRoyalty: bind(writer, claimRoyalty),
})

const jobsOf = (writer: Writer, store: ClientJobStore) => ({
  store,
  run: (options: WithStore<RunJobParameters>) => runJob(writer, { store, ...options } as RunJobParameters),
  resume: (options: WithStore<ResumeJobParameters>) =>
    resumeJob(writer, { store, ...options } as ResumeJobParameters),
  get: bind(writer, getJob),
  getEvents: bind(writer, getJobEvents),
  watch: bind(writer, watchJob),
  revoke: bind(writer, revokeJob),
  /** Signs the terms of a job, for `openSigned` of whoever relays them. */
  signParams: (params: JobParams.JobParams) => JobParams.sign(writer.dim, params, toSigner(writer)),
  checkTerms: bind(writer, checkJobTerms),
  openSigned: bind(writer, createJobs),
  signPermit: bind(writer, signPermit),
  openWithPermit: bind(writer, createJobWithPermit),
})

function channelsOf(writer: Writer, stores: ClientStores) {
  const payerStore = stores.payerChannels ?? createMemoryChannelStore(payerRecordSchema)
  const receiverStore = stores.receiverChannels ?? createMemoryChannelStore(receiverRecordSchema)
  const payer = writer.account.address
  return {
    /** Terms of a new channel that this account pays. */
    createConfig: (options: Omit<Parameters<typeof ChannelConfig.between>[0], 'payer'>) =>
      ChannelConfig.between({ payer, ...options }),
    createPayer: (options: WithStore<CreatePayerChannelParameters>) =>
      createPayerChannel(writer, { ...options, store: options.store ?? payerStore }),
    createReceiver: (options: WithStore<CreateReceiverChannelParameters>) =>
      createReceiverChannel(writer, { ...options, store: options.store ?? receiverStore }),
    fund: bind(writer, fundChannel),
    list: bind(writer, listChannels),
    get: bind(writer, getChannel),
    startWithdraw: bind(writer, startChannelWithdraw),
    finishWithdraw: bind(writer, finishChannelWithdraw),
    getWithdrawable: bind(writer, getWithdrawable),
    withdrawEarnings: bind(writer, withdrawEarnings),
  }
}

function ordersOf(writer: Writer, stores: ClientStores) {
  const clientStore = stores.clientOrders ?? createMemoryClientOrderStore()
  const deskStore = stores.deskOrders ?? createMemoryOrderStore(deskOrderRecordSchema)
  return {
    /** The side that pays: signs orders within a budget, reserves, releases, cancels. */
    createClient: (options: WithStore<CreateOrderClientParameters>) =>
      createOrderClient(writer, { ...options, store: options.store ?? clientStore }),
    /** The side that serves: checks orders, keeps them, settles them. */
    createDesk: (options: WithStore<CreateOrderDeskParameters>) =>
      createOrderDesk(writer, { ...options, store: options.store ?? deskStore }),
    getNonces: bind(writer, getOrderNonces),
    listSettled: bind(writer, listSettledOrders),
    listThreats: bind(writer, listOrderThreats),
    watch: bind(writer, watchOrderEvents),
  }
}

const receiptsOf = (writer: Writer) => ({
  /** Checks a receipt of a job, its key and its job on chain. */
  verify: (options: Omit<VerifyReceiptParameters, 'client' | 'deployment'>) =>
    verifyReceipt({ ...options, client: writer, deployment: writer.dim }),
  anchor: bind(writer, anchorReceipts),
  listAnchors: bind(writer, listAnchors),
  proveEquivocation: bind(writer, proveEquivocation),
})

const moneyOf = (writer: Writer) => ({
  /** USDC in the wallet of this account, in units of 1e-6. */
  getBalance: () => getUsdcBalance(writer, { account: writer.account.address }),
  transfer: bind(writer, transferUsdc),
  /** This account's balance in the escrow, in USDC 1e-6. */
  getEscrowAccount: () => getEscrowAccount(writer, { account: writer.account.address }),
  deposit: bind(writer, deposit),
  withdraw: bind(writer, withdraw),
})

const bind =
  <A extends unknown[], R>(writer: Writer, action: (client: Writer, ...args: A) => R) =>
  (...args: A): R =>
    action(writer, ...args)
