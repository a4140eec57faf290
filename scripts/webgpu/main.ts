import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { symbolClassifier } from '../../packages/node/src/models/seeds/symbolClassifier.ts'
import { voiceActivity } from '../../packages/node/src/models/seeds/voiceActivity.ts'
import { probeExecutionProviders } from '../../packages/node/src/runtime/probeExecutionProviders.ts'
import { workerEntry } from '../../packages/node/src/runtime/workerEntry.ts'
import { createProcessSandbox } from '../../packages/node/src/sandbox/process/processSandbox.ts'
import type { Sandbox } from '../../packages/node/src/sandbox/sandbox.ts'
import { formatRow } from '../providers/formatRow.ts'
import { openSeedGate, type SeedGate } from '../providers/seedGate.ts'
import { findSwiftShader } from './swiftShader.ts'

const runsWithinMs = 300_000

const expectations = [
  { model: voiceActivity.name, executionProvider: 'webgpu:nhwc', passes: false },
  { model: voiceActivity.name, executionProvider: 'webgpu', passes: true },
  { model: symbolClassifier.name, executionProvider: 'webgpu', passes: true },
] as const

async function checkModels(gate: SeedGate): Promise<string[]> {
  const faults: string[] = []
  for (const { model, executionProvider, passes } of expectations) {
    const row = await gate.check(model, executionProvider)
    const isAsExpected = row.passed === passes
    console.log(`${isAsExpected ? '✔' : '✖'} ${formatRow(row)}`)
    if (!isAsExpected)
      faults.push(`${model} on ${executionProvider} should be ${passes ? 'passed' : 'refused'}`)
    const isMismatch = row.reason?.startsWith('MODEL_GOLDEN_MISMATCH') ?? false
    if (!passes && !isMismatch) faults.push(`${model} was refused for another reason: ${row.reason}`)
  }
  return faults
}

/** What a node does that is given the wrong layout first: it serves the model with the right one. */
async function checkFallback(gate: SeedGate): Promise<string[]> {
  const { goldenPassed, refused = [], release } = await gate.ensure(voiceActivity.name)
  release()
  const isRight = goldenPassed.join() === 'webgpu,cpu' && refused[0]?.executionProvider === 'webgpu:nhwc'
  console.log(`${isRight ? '✔' : '✖'} served on ${goldenPassed.join(', then ')}; not on:`)
  for (const { executionProvider, error } of refused)
    console.log(`    ${executionProvider}: ${error.code}, ${error.details}`)
  return isRight ? [] : ['the node would not fall back to the layout that is right']
}

async function test(sandbox: Sandbox, dir: string): Promise<string[]> {
  const [report] = await probeExecutionProviders(['webgpu'], sandbox)
  console.log(
    `${report?.available ? '✔' : '✖'} webgpu: ${report?.reason ?? 'a session was created and ran a model'}`,
  )
  if (!report?.available) return ['webgpu creates no session on SwiftShader']
  const gate = await openSeedGate({
    ...{ dir, sandbox, timeoutMs: runsWithinMs },
    seeds: [voiceActivity, symbolClassifier],
    served: ['webgpu:nhwc', 'webgpu', 'cpu'],
    others: [],
  })
  try {
    return [...(await checkFallback(gate)), ...(await checkModels(gate))]
  } finally {
    await gate.close()
  }
}

async function main(): Promise<void> {
  const found = findSwiftShader()
  if (typeof found === 'string') return console.log(`skipped: no SwiftShader (${found})`)
  const template = { ...found, devices: [], modelPath: '/models' }
  const sandbox = createProcessSandbox({ node: execPath, entry: workerEntry(), template })
  const dir = await mkdtemp(join(tmpdir(), 'dim-webgpu-'))
  try {
    const faults = await test(sandbox, dir)
    for (const fault of faults) console.log(`✖ ${fault}`)
    console.log(`${expectations.length + 2 - faults.length} passed, ${faults.length} failed`)
    process.exitCode = faults.length === 0 ? 0 : 1
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

await main()
