import { arch, availableParallelism, platform, release, totalmem } from 'node:os'
import { versions } from 'node:process'
import type { Finding } from './finding.ts'

const gigabyte = 1_000_000_000

/** Node, operating system and memory. */
export const checkMachine = (): readonly Finding[] => [checkNode(), checkSystem()]

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
