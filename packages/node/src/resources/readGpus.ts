import { execFile } from 'node:child_process'
import { platform } from 'node:os'
import { promisify } from 'node:util'
import type { Gpu } from './gpu.ts'
import { ioregArguments, parseIoreg } from './parseIoreg.ts'
import { nvidiaSmiArguments, parseNvidiaSmi } from './parseNvidiaSmi.ts'
import { parseSystemProfiler, systemProfilerArguments } from './parseSystemProfiler.ts'

const timeoutMs = 10_000

/** Runs a tool of the system; undefined where it is not installed or fails: then there is nothing of that kind to use. */
type RunTool = (file: string, args: readonly string[]) => Promise<string | undefined>

const runTool: RunTool = async (file, args) => {
  try {
    const { stdout } = await promisify(execFile)(file, [...args], {
      timeout: timeoutMs,
      maxBuffer: 8 * 2 ** 20,
    })
    return stdout
  } catch {
    return undefined
  }
}

/** The graphics processors of this machine, as far as its tools tell of them. */
export async function readGpus(run: RunTool = runTool, system = platform()): Promise<Gpu[]> {
  if (system === 'darwin') return readMac(run)
  return parseNvidiaSmi((await run('nvidia-smi', nvidiaSmiArguments)) ?? '')
}

async function readMac(run: RunTool): Promise<Gpu[]> {
  const [profile = '', registry = ''] = await Promise.all([
    run('/usr/sbin/system_profiler', systemProfilerArguments),
    run('/usr/sbin/ioreg', ioregArguments),
  ])
  const uses = parseIoreg(registry)
  return parseSystemProfiler(profile).map((gpu, at) => ({ ...gpu, ...uses[at] }))
}
