import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Effort, SuiteResult } from './campaign.ts'

const MOST_LANES = 4
const lane = fileURLToPath(new URL('main.ts', import.meta.url))
const children = new Set<ChildProcess>()

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    for (const child of children) child.kill('SIGKILL')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

/** A process per file: the runner uses one core, however many there are. */
function runFile(file: string, effort: Effort): Promise<SuiteResult[]> {
  return new Promise((resolve) => {
    const child = fork(lane, [file, JSON.stringify(effort)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    children.add(child)
    let output = ''
    let results: SuiteResult[] | undefined
    const keep = (chunk: Buffer) => {
      output += chunk
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('message', (message) => {
      results = message as SuiteResult[]
    })
    child.on('close', (code) => {
      children.delete(child)
      console.log(output.trim())
      const broken = [`${file} (its process ended with ${code})`]
      resolve(results ?? [{ name: file, invariants: 1, broken, calls: 0, selectors: {} }])
    })
  })
}

/** The invariants of all files, as many files at a time as there are cores, in the order given. */
export async function runLanes(files: readonly string[], effort: Effort): Promise<SuiteResult[]> {
  const queue = [...files]
  const results: SuiteResult[] = []
  const work = async () => {
    for (let file = queue.shift(); file; file = queue.shift()) results.push(...(await runFile(file, effort)))
  }
  await Promise.all(Array.from({ length: Math.min(MOST_LANES, availableParallelism()) }, work))
  return results.toSorted((a, b) => a.name.localeCompare(b.name))
}
