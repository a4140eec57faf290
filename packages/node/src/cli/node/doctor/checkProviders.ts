import type { Config } from '../../../config.ts'
import {
  type ExecutionProviderReport,
  probeExecutionProviders,
} from '../../../runtime/probeExecutionProviders.ts'
import type { ProviderName } from '../../../runtime/providers.ts'
import type { Sandbox } from '../../../sandbox/sandbox.ts'
import type { Finding } from './finding.ts'

export type CheckProvidersOptions = {
  /** What models will run in: a device may be there and not inside of it. */
  sandbox: Sandbox | undefined
  /** Whether somebody wrote the list; without that it says what a machine of this kind may have. */
  isChosen: boolean
  probe?: typeof probeExecutionProviders
}

const fixes: Readonly<Record<ProviderName, string>> = {
  cpu: 'Check that the clone is complete: npm install.',
  coreml: 'CoreML needs a Mac with Apple silicon and macOS 14 or later.',
  webgpu:
    'WebGPU needs a graphics driver: Metal on a Mac, Vulkan and libvulkan1 elsewhere, its device in sandbox.devices.',
  cuda: 'CUDA needs an NVIDIA driver, and the CUDA build of the engine: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node.',
  directml: 'DirectML needs Windows with a graphics driver of DirectX 12.',
}

/** Each execution provider of the configuration, seen by creating a session on it and running a small model there. */
export async function checkProviders(
  { runtime }: Config,
  { sandbox, isChosen, probe = probeExecutionProviders }: CheckProvidersOptions,
): Promise<readonly Finding[]> {
  const names = [...new Set([...runtime.executionProviders, 'cpu' as const])]
  return (await probe(names, sandbox)).map((report) => toFinding(report, isChosen))
}

function toFinding(
  { name, available, options, reason }: ExecutionProviderReport,
  isChosen: boolean,
): Finding {
  const base = { group: 'hardware', name } as const
  if (available) {
    const sets = options.length > 1 ? `, ${options.length} sets of options to try` : ''
    return { ...base, status: 'ok', text: `a session was created and a model ran on it${sets}` }
  }
  const isNeeded = isChosen || name === 'cpu'
  const instead = isNeeded
    ? ` Or remove "${name}" from runtime.executionProviders.`
    : ' Models run without it.'
  return {
    ...base,
    status: isNeeded ? 'fail' : 'warn',
    text: reason ?? 'no session can be created',
    fix: `${fixes[name]}${instead}`,
  }
}
