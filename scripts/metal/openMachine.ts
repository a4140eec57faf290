import { arch, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { platformProviders } from '../../packages/node/src/config/platformProviders.ts'
import type { SeedModel } from '../../packages/node/src/models/seeds/seedModel.ts'
import { seedModels } from '../../packages/node/src/models/seeds/seedModels.ts'
import { coreMlFlagSets } from '../../packages/node/src/runtime/coreMlOptions.ts'
import { probeExecutionProviders } from '../../packages/node/src/runtime/probeExecutionProviders.ts'
import type { ExecutionProvider, ProviderName } from '../../packages/node/src/runtime/providers.ts'
import { selectExecutionProviders } from '../../packages/node/src/runtime/selectExecutionProviders.ts'
import type { Sandbox } from '../../packages/node/src/sandbox/sandbox.ts'
import { measureProfile } from '../../packages/node/src/scheduler/measureProfile.ts'
import { openSeedGate, type SeedGate } from '../providers/seedGate.ts'
import type { Machine } from './gatherEvidence.ts'
import { payForJob } from './payForJob.ts'

const runsWithinMs = 120_000

export type OpenMachineOptions = {
  /** Those of a devnet without it. */
  seeds?: readonly SeedModel[]
  dir: string
  sandbox?: Sandbox | undefined
  wanted?: readonly ProviderName[]
}

/** This machine, asked by real sessions, real models and a real chain. Without `wanted`, what a node tries without any setting. */
export async function openMachine({
  dir,
  sandbox,
  wanted = platformProviders(platform()),
  seeds = seedModels,
}: OpenMachineOptions) {
  const flagSets = [...coreMlFlagSets.keys()].map((set) => `coreml:${set}` as const)
  const executionProviders: ExecutionProvider[] = [...flagSets, 'webgpu', 'webgpu:nhwc']
  const selected = await selectExecutionProviders(wanted, { sandbox })
  const gate = await openSeedGate({
    ...{ dir: join(dir, 'gate'), seeds, sandbox, timeoutMs: runsWithinMs },
    served: selected.executionProviders,
    others: executionProviders,
  })
  const machine: Machine = {
    describe: async () =>
      `${cpus()[0]?.model ?? 'unknown'}, ${platform()} ${release()} ${arch()}, ${Math.round(totalmem() / 1e9)} GB`,
    probe: () => probeExecutionProviders(wanted, sandbox),
    models: gate.models,
    executionProviders,
    check: gate.check,
    async select(model) {
      const { goldenPassed, refused = [], release: free } = await gate.ensure(model)
      free()
      const toReason = ({ executionProvider, error }: (typeof refused)[number]) => ({
        executionProvider,
        reason: `${error.code}: ${error.details ?? error.shortMessage}`,
      })
      return { passed: goldenPassed, refused: refused.map(toReason) }
    },
    profile: (model, executionProvider) => profile(gate, model, executionProvider),
    payForJob: () => payForJob(wanted),
  }
  return { machine, close: gate.close }
}

async function profile(gate: SeedGate, model: string, executionProvider: ExecutionProvider) {
  const { modelKey, dir, entry, manifest, release: free } = await gate.ensure(model)
  try {
    const { inputs, outputs, golden, tolerance, maxima } = manifest
    return await measureProfile({
      ...{ pool: gate.pool, executionProvider, tolerance, options: 'test:metal', timeoutMs: runsWithinMs },
      model: { key: modelKey, dir, entry, maxOutputBytes: maxima.outputBytes * 16 },
      ports: { inputs, outputs },
      inputs: await gate.readTensors(golden[0]?.inputs ?? ''),
    })
  } finally {
    free()
  }
}
