import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ExecutionProvider } from '../../packages/node/src/runtime/providers.ts'
import { gatherEvidence, type Machine } from './gatherEvidence.ts'
import { isMac } from './isMac.ts'

const providers: ExecutionProvider[] = ['coreml:all+program', 'coreml:cpu', 'webgpu', 'webgpu:nhwc']

type Script = { good: readonly string[]; available?: readonly string[]; status?: string }

/** Stands for a machine on which the golden vectors pass on these providers only. */
function machineWith({ good, available = ['coreml', 'webgpu', 'cpu'], status = 'paid' }: Script): Machine {
  const passes = (id: string) => id === 'cpu' || good.includes(id)
  return {
    describe: async () => 'a scripted machine',
    probe: async () =>
      (['coreml', 'webgpu', 'cpu'] as const).map((name) =>
        available.includes(name)
          ? { name, available: true, options: [name] }
          : { name, available: false, options: [], reason: `no ${name} here` },
      ),
    models: ['model-a'],
    executionProviders: providers,
    check: async (model, executionProvider) => ({
      ...{ model, executionProvider, ms: 12, passed: passes(executionProvider) },
      difference: passes(executionProvider) ? 1e-6 : 0.5,
      reason: passes(executionProvider) ? undefined : 'MODEL_GOLDEN_MISMATCH: golden vector 0',
    }),
    select: async () => ({
      passed: [...providers, 'cpu' as const].filter(passes),
      refused: providers
        .filter((id) => !passes(id))
        .map((executionProvider) => ({
          executionProvider,
          reason: 'MODEL_GOLDEN_MISMATCH: golden vector 0',
        })),
    }),
    profile: async (modelKey, executionProvider) => ({
      ...{ modelKey, executionProvider, options: 'scripted', measuredAtMs: 0 },
      ...{
        loadMs: 20,
        memoryBytes: 5e6,
        runMs: 1.5,
        twoThreadsMs: 1.2,
        batch: { axes: {}, size: 4, gain: 1.6 },
      },
    }),
    payForJob: async () => ({
      ...{ status, chargedUsdc: 2_000n, executionProvider: 'coreml:all+program' },
      ...{ runtime: 'scripted', sandbox: 'process' },
    }),
  }
}

async function gather(script: Script) {
  const lines: string[] = []
  const evidence = await gatherEvidence(machineWith(script), (line) => lines.push(line))
  return { ...evidence, lines, text: lines.join('\n') }
}

describe('evidence of a Mac', () => {
  it('prints every check with its figures, the profile of what is served, and the paid job', async () => {
    const { passed, faults, text } = await gather({ good: ['coreml:all+program', 'webgpu'] })
    assert.deepEqual(faults, [])
    assert.equal(passed, 7)
    for (const id of providers)
      assert.match(text, new RegExp(`(passed|refused) +model-a +${id.replace('+', '\\+')} `))
    assert.match(text, /refused model-a +coreml:cpu +max\|Δ\| 5\.0e-1 +12 ms {2}MODEL_GOLDEN_MISMATCH/)
    assert.match(text, /✔ model-a: 1 of 2 sets of flags of CoreML pass/)
    assert.match(text, /✔ model-a: served on coreml:all\+program, then webgpu, then cpu/)
    assert.match(
      text,
      /profile webgpu +loads in 20 ms, 1\.50 ms a run, 1\.20 ms with two threads, 5 MB, batches of 4 ×1\.6/,
    )
    assert.match(text, /✔ job paid on coreml:all\+program, 2000 USDC 1e-6/)
  })

  it('fails where CoreML passes with no set of flags, and says what the node falls back to and why', async () => {
    const { faults, text } = await gather({ good: ['webgpu'] })
    assert.deepEqual(faults, ['model-a: 0 of 2 sets of flags of CoreML pass'])
    assert.match(text, /not on coreml:all\+program: MODEL_GOLDEN_MISMATCH/)
    assert.match(text, /✔ model-a: served on webgpu, then cpu/)
  })

  it('fails where a provider is missing, where only the CPU is left and where the job is not paid', async () => {
    const { faults } = await gather({ good: [], available: ['cpu'], status: 'refunded' })
    assert.equal(faults.length, 6)
    assert.equal(faults[0], 'probe coreml: no coreml here')
    assert.equal(faults[1], 'probe webgpu: no webgpu here')
    assert.ok(faults.includes('model-a: served on cpu'))
    assert.match(faults.at(-1) ?? '', /^job refunded/)
  })

  it('is gathered on Apple silicon only', () => {
    assert.ok(isMac({ platform: 'darwin', arch: 'arm64' }))
    assert.ok(!isMac({ platform: 'darwin', arch: 'x64' }))
    assert.ok(!isMac({ platform: 'linux', arch: 'arm64' }))
  })
})
