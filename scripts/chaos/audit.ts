import {
  getEscrowAccount,
  getRoyaltyOwed,
  getStakeAccount,
  getUsdcBalance,
  jobEscrowAbi,
  type Reader,
} from '@dim/sdk'
import { type Address, type Hex, parseEventLogs } from 'viem'
import { getLogs } from 'viem/actions'
import { auditToken } from './auditToken.ts'

export type Ending = 'paid' | 'refunded' | 'open'

export type Audit = {
  jobs: { jobId: Hex; ending: Ending; chargedUsdc: bigint }[]
  /** One line for each thing that is not as it must be. */
  faults: string[]
  balances: Record<string, bigint>
}

export type AuditOptions = {
  reader: Reader
  provider: Address
  client: Address
  modelKey: Hex
  /** What the client had before the first job. */
  clientUsdc: bigint
  stakeUsdc: bigint
}

const readEvents = async (reader: Reader) => {
  const logs = await getLogs(reader, { address: reader.dim.jobEscrow, fromBlock: 0n, toBlock: 'latest' })
  return parseEventLogs({ abi: jobEscrowAbi, logs })
}

type Events = Awaited<ReturnType<typeof readEvents>>

function auditJobs(events: Events): Pick<Audit, 'jobs' | 'faults'> {
  const faults: string[] = []
  const of = <Name extends Events[number]['eventName']>(name: Name, jobId: Hex) =>
    events.filter(
      (event): event is Extract<Events[number], { eventName: Name }> =>
        event.eventName === name && 'jobId' in event.args && event.args.jobId === jobId,
    )
  const opened = events.flatMap((event) => (event.eventName === 'JobOpened' ? [event.args.jobId] : []))
  const jobs = opened.map((jobId) => {
    const count = { opened: of('JobOpened', jobId).length, submitted: of('JobSubmitted', jobId).length }
    const paid = of('JobPaid', jobId)
    const refunded = of('JobRefunded', jobId)
    if (count.opened !== 1) faults.push(`job ${jobId} was opened ${count.opened} times`)
    if (count.submitted > 1) faults.push(`job ${jobId} was submitted ${count.submitted} times`)
    if (paid.length + refunded.length !== 1) {
      faults.push(`job ${jobId} ended ${paid.length} times paid and ${refunded.length} times refunded`)
    }
    const chargedUsdc = of('JobSubmitted', jobId)[0]?.args.charged ?? 0n
    const ending: Ending = paid.length > 0 ? 'paid' : refunded.length > 0 ? 'refunded' : 'open'
    return { jobId, ending, chargedUsdc: ending === 'paid' ? chargedUsdc : 0n }
  })
  return { jobs, faults }
}

async function readBalances(options: AuditOptions) {
  const { reader, provider, client, modelKey } = options
  const { jobEscrow, providerRegistry } = reader.dim
  const available = async (account: Address) => (await getEscrowAccount(reader, { account })).availableUsdc
  const [clientWallet, clientEscrow, providerEscrow, escrow, registry, royalty, account] = await Promise.all([
    getUsdcBalance(reader, { account: client }),
    available(client),
    available(provider),
    getUsdcBalance(reader, { account: jobEscrow }),
    getUsdcBalance(reader, { account: providerRegistry }),
    getRoyaltyOwed(reader, { modelKey }),
    getStakeAccount(reader, { provider }),
  ])
  const { stakeUsdc: stake, exposureUsdc: exposure } = account
  return { clientWallet, clientEscrow, providerEscrow, escrow, registry, royalty, stake, exposure }
}

/** Checks after the last job that each ended once and that no unit of money is missing or too many. */
export async function auditChain(options: AuditOptions): Promise<Audit> {
  const events = await readEvents(options.reader)
  const { jobs, faults } = auditJobs(events)
  const balances = await readBalances(options)
  const token = await auditToken(options.reader)
  const { clientWallet, clientEscrow, providerEscrow, escrow, registry, royalty, stake, exposure } = balances
  const paid = events.flatMap((event) => (event.eventName === 'JobPaid' ? [event.args] : []))
  const sum = (values: bigint[]) => values.reduce((total, value) => total + value, 0n)
  const fees = sum(paid.map(({ fee }) => fee))
  const charged = sum(jobs.map(({ chargedUsdc }) => chargedUsdc))
  const expect = (what: string, actual: bigint, expected: bigint) => {
    if (actual !== expected) faults.push(`${what}: ${actual} instead of ${expected}`)
  }
  expect('wallet and escrow balance of the client', clientWallet + clientEscrow, options.clientUsdc - charged)
  expect('escrow balance of the provider', providerEscrow, sum(paid.map(({ toProvider }) => toProvider)))
  expect('royalty owed', royalty, sum(paid.map((payout) => payout.royalty)))
  expect('shares of what was charged', providerEscrow + royalty + fees, charged)
  expect('token balance of the escrow', escrow, clientEscrow + providerEscrow + royalty + fees)
  expect('tokens of all accounts together', token.held, token.supply)
  expect('stake', stake, options.stakeUsdc)
  expect('exposure', exposure, 0n)
  if (registry < stake) faults.push(`the registry holds ${registry}, the stake is ${stake}`)
  return {
    jobs,
    faults,
    balances: { ...balances, fees, charged, tokensHeld: token.held, tokenSupply: token.supply },
  }
}
