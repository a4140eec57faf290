import { statfs } from 'node:fs/promises'
import { arch, availableParallelism, platform, release, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { versions } from 'node:process'
import type { Config } from '../../../config.ts'
import { probeExecutionProviders } from '../../../runtime/probeExecutionProviders.ts'
import type { Finding } from './finding.ts'

const gigabyte = 1_000_000_000

/** Node, operating system, memory, disk, and the execution providers that really create a session. */
export async function checkMachine(config: Config): Promise<readonly Finding[]> {
  return [checkNode(), checkSystem(), await checkDisk(config), ...(await checkProviders(config))]
}

function checkNode(): Finding {
  const major = Number(versions.node.split('.')[0])
  const base = { group: 'runtime', name: 'node', text: `Node ${versions.node}` } as const
  return major >= 24
    ? { ...base, status: 'ok' }
    : { ...base, status: 'fail', fix: 'Run dim from its clone: it brings Node 24.' }
}

function checkSystem(): Finding {
  const text = `${platform()} ${release()} ${arch()}, ${availableParallelism()} cores, ${Math.round(totalmem() / gigabyte)} GB memory`
  const base = { group: 'runtime', name: 'system', text } as const
  return totalmem() > 2 * gigabyte
    ? { ...base, status: 'ok' }
    : {
        ...base,
        status: 'warn',
        fix: 'Two gigabytes of memory are little for a worker: serve small models only.',
      }
}

async function checkDisk(config: Config): Promise<Finding> {
  const folder = await existing(config.content.dir)
  const { bavail, bsize } = await statfs(folder)
  const free = (bavail * bsize) / gigabyte
  const base = { group: 'disk', name: 'free space', text: `${free.toFixed(1)} GB free at ${folder}` } as const
  if (free < 1)
    return { ...base, status: 'fail', fix: 'Free some space or move content.dir and models.cacheDir.' }
  if (free < config.models.maxCacheGb) {
    return {
      ...base,
      status: 'warn',
      fix: `models.maxCacheGb is ${config.models.maxCacheGb}: lower it below the free space.`,
    }
  }
  return { ...base, status: 'ok' }
}

async function existing(folder: string): Promise<string> {
  const found = await statfs(folder).then(
    () => true,
    () => false,
  )
  return found || dirname(folder) === folder ? folder : existing(dirname(folder))
}

async function checkProviders(config: Config): Promise<readonly Finding[]> {
  const probes = await probeExecutionProviders(config.runtime.executionProviders)
  return probes.map((probe): Finding => {
    const base = { group: 'hardware', name: probe.name } as const
    return probe.available
      ? { ...base, status: 'ok', text: `${probe.name} creates a session` }
      : {
          ...base,
          status: 'fail',
          text: probe.reason ?? 'creates no session',
          fix: `Remove "${probe.name}" from runtime.executionProviders.`,
        }
  })
}
