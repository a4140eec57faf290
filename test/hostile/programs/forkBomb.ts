import { type ChildProcess, spawn } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { report } from './report.ts'

const wanted = 300
const sleeper = 'setInterval(() => {}, 1000)'

/** Starts processes, detached ones as well, until the system refuses; answers how many came up. */
async function processes(): Promise<number> {
  const outcomes = Array.from({ length: wanted }, (_, index) => {
    try {
      const options = { stdio: 'ignore', detached: index % 2 === 0 } as const
      return whenSettled(spawn(process.execPath, ['-e', sleeper], options))
    } catch {
      return Promise.resolve(false)
    }
  })
  return (await Promise.all(outcomes)).filter(Boolean).length
}

const whenSettled = (child: ChildProcess): Promise<boolean> =>
  new Promise((resolve) => {
    child.once('spawn', () => resolve(true))
    child.once('error', () => resolve(false))
  })

async function threads(): Promise<number> {
  let started = 0
  for (let index = 0; index < wanted; index++) {
    try {
      const thread = new Worker(sleeper, { eval: true })
      await new Promise((resolve, reject) => thread.once('online', resolve).once('error', reject))
      started += 1
    } catch {
      break
    }
  }
  return started
}

const forked = await processes()
report({ forked: `${forked} of ${wanted}` })
await threads()
