import { readFile } from 'node:fs/promises'
import { argv, env, exit } from 'node:process'
import {
  BaseError,
  type JobOptions,
  type JobOutcome,
  parseDeployment,
  resumeJob,
  runJob,
  TensorSet,
  withDeployment,
} from '@dim/sdk'
import { type Address, createWalletClient, type Hex, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'
import { createFileJobStore } from '../../packages/node/src/cli/store/fileJobStore.ts'

/** What the driver hands over; the client keeps the rest in its own folder. */
export type ClientTask = {
  rpcUrl: string
  deploymentFile: string
  storeDir: string
  modelKey: Hex
  provider: Address
  maxPriceUsdc: string
  /** Numbers to double in a new job; without them only what is unfinished goes on. */
  values?: number[]
}

const finalStages = ['paid', 'refunded', 'abandoned']
const say = (line: Record<string, unknown>) => console.log(JSON.stringify(line))

const task = JSON.parse(argv[2] ?? '{}') as ClientTask
const account = privateKeyToAccount(env.CHAOS_CLIENT_KEY as Hex)
const deployment = parseDeployment(JSON.parse(await readFile(task.deploymentFile, 'utf8')))
const transport = http(task.rpcUrl, { retryCount: 2 })
const settings = { account, chain: hardhat, transport, pollingInterval: 50, cacheTime: 0 }
const client = withDeployment(createWalletClient(settings), deployment)
const store = createFileJobStore({ dir: task.storeDir, password: async () => env.CHAOS_PASSWORD as string })
const options: JobOptions = {
  store,
  pollingIntervalMs: 50,
  timeoutMs: 60_000,
  onProgress: ({ step, detail }) => say({ step, ...('jobId' in detail ? { jobId: detail.jobId } : {}) }),
}

function report({ jobId, outputs, chargedUsdc }: JobOutcome): void {
  const answer = Array.from(TensorSet.toNumbers(outputs.y as TensorSet.Tensor))
  say({ done: jobId, answer, chargedUsdc: chargedUsdc.toString() })
}

async function attempt(work: () => Promise<JobOutcome>): Promise<boolean> {
  try {
    report(await work())
    return true
  } catch (error) {
    const { code, message } = error as BaseError
    say({ failed: code ?? 'UNCODED', message })
    if (!(error instanceof BaseError)) throw error
    return false
  }
}

async function newJob(values: readonly number[]): Promise<JobOutcome> {
  const { modelKey, provider, maxPriceUsdc } = task
  const inputs = { x: TensorSet.fromTyped('float32', new Float32Array(values), [values.length]) }
  return runJob(client, { ...options, modelKey, provider, maxPriceUsdc: BigInt(maxPriceUsdc), inputs })
}

let isFinished = true
const unfinished = (await store.list()).filter(({ stage }) => !finalStages.includes(stage))
for (const { jobId } of unfinished) {
  isFinished = (await attempt(() => resumeJob(client, { ...options, jobId }))) && isFinished
}
if (unfinished.length === 0 && task.values !== undefined) {
  const { values } = task
  isFinished = await attempt(() => newJob(values))
}
const left = (await store.list()).filter(({ stage }) => !finalStages.includes(stage))
say({ left: left.map(({ jobId, stage }) => ({ jobId, stage })) })
exit(isFinished ? 0 : 1)
