import type { ExecutionProviderReport } from '../../packages/node/src/runtime/probeExecutionProviders.ts'
import type { ExecutionProvider } from '../../packages/node/src/runtime/providers.ts'
import type { ModelProfile } from '../../packages/node/src/scheduler/modelProfile.ts'
import { formatRow } from '../providers/formatRow.ts'
import type { CheckRow } from '../providers/seedGate.ts'
import type { PaidJob } from './payForJob.ts'

export type Selection = {
  passed: readonly ExecutionProvider[]
  refused: readonly { executionProvider: ExecutionProvider; reason: string }[]
}

/** What is asked of a machine; the real one in `openMachine`. */
export type Machine = {
  describe(): Promise<string>
  probe(): Promise<readonly ExecutionProviderReport[]>
  models: readonly string[]
  /** Each set of flags of CoreML, and WebGPU. */
  executionProviders: readonly ExecutionProvider[]
  check(model: string, executionProvider: ExecutionProvider): Promise<CheckRow>
  /** What a node of this machine would serve the model on. */
  select(model: string): Promise<Selection>
  profile(model: string, executionProvider: ExecutionProvider): Promise<ModelProfile>
  payForJob(): Promise<PaidJob>
}

export type Evidence = { passed: number; faults: readonly string[] }

/** Asks a machine everything that a Mac has to show, prints each answer, and counts what is as it should be. */
export async function gatherEvidence(machine: Machine, print: (line: string) => void): Promise<Evidence> {
  const faults: string[] = []
  let passed = 0
  const expect = (isRight: boolean, line: string) => {
    print(`${isRight ? '✔' : '✖'} ${line}`)
    if (isRight) passed += 1
    else faults.push(line)
  }
  print(`machine: ${await machine.describe()}`)
  for (const { name, available, reason } of await machine.probe())
    expect(available, `probe ${name}: ${reason ?? 'a session was created and ran a model'}`)
  for (const model of machine.models) await judgeModel(machine, model, { print, expect })
  const { executionProvider, status, runtime, sandbox, chargedUsdc } = await machine.payForJob()
  expect(
    status === 'paid',
    `job ${status} on ${executionProvider}, ${chargedUsdc} USDC 1e-6, ${runtime}, ${sandbox}`,
  )
  return { passed, faults }
}

type Report = { print(line: string): void; expect(isRight: boolean, line: string): void }

async function judgeModel(machine: Machine, model: string, { print, expect }: Report): Promise<void> {
  const rows: CheckRow[] = []
  for (const executionProvider of machine.executionProviders) {
    const row = await machine.check(model, executionProvider)
    print(`  ${formatRow(row)}`)
    rows.push(row)
  }
  const on = (name: string) => rows.filter(({ executionProvider }) => executionProvider.startsWith(name))
  const good = (name: string) => on(name).filter(({ passed }) => passed).length
  expect(
    good('coreml') > 0,
    `${model}: ${good('coreml')} of ${on('coreml').length} sets of flags of CoreML pass`,
  )
  expect(good('webgpu') > 0, `${model}: ${good('webgpu')} of ${on('webgpu').length} layouts of WebGPU pass`)
  const selection = await machine.select(model)
  for (const { executionProvider, reason } of selection.refused)
    print(`  not on ${executionProvider}: ${reason}`)
  expect(
    selection.passed.some((executionProvider) => executionProvider !== 'cpu'),
    `${model}: served on ${selection.passed.join(', then ')}`,
  )
  for (const executionProvider of selection.passed)
    print(`  ${profileLine(await machine.profile(model, executionProvider))}`)
}

function profileLine({
  executionProvider,
  loadMs,
  runMs,
  twoThreadsMs,
  memoryBytes,
  batch,
}: ModelProfile): string {
  const threads = twoThreadsMs === undefined ? '' : `, ${twoThreadsMs.toFixed(2)} ms with two threads`
  const gain = batch === undefined ? '' : `, batches of ${batch.size} ×${batch.gain.toFixed(1)}`
  return `profile ${executionProvider.padEnd(36)} loads in ${loadMs.toFixed(0)} ms, ${runMs.toFixed(2)} ms a run${threads}, ${Math.ceil(memoryBytes / 1e6)} MB${gain}`
}
