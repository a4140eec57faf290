import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { kill } from 'node:process'
import { BaseError } from '@dim/sdk'

/** Another process runs the node of this data folder. */
export class NodeRunningError extends BaseError {
  override readonly code = 'NODE_RUNNING'

  constructor(pid: number) {
    super(`This node runs already, as process ${pid}.`, {
      charged: 'Nothing was charged.',
      hint: 'Use `dim node status`, or stop it with `dim node stop`.',
    })
  }
}

/** There is no node to ask or to stop. */
export class NodeNotRunningError extends BaseError {
  override readonly code = 'NODE_NOT_RUNNING'

  constructor(dataDir: string) {
    super(`No node runs with the data folder ${dataDir}.`, {
      charged: 'Nothing was charged.',
      hint: 'Start it with `dim node start`.',
    })
  }
}

const pathOf = (dataDir: string) => join(dataDir, 'node.pid')

/** Process id of the running node; a file that a killed node left counts as none. */
export async function readPid(dataDir: string): Promise<number | undefined> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch(() => undefined)
  const pid = Number(text?.trim())
  return Number.isInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined
}

/** Takes the data folder for this process; answers how to give it back. */
export async function writePid(dataDir: string, pid: number): Promise<() => Promise<void>> {
  const running = await readPid(dataDir)
  if (running !== undefined && running !== pid) throw new NodeRunningError(running)
  await rm(pathOf(dataDir), { force: true })
  const file = await open(pathOf(dataDir), 'wx', 0o600)
  await file.writeFile(`${pid}\n`)
  await file.close()
  return () => rm(pathOf(dataDir), { force: true })
}

function isAlive(pid: number): boolean {
  try {
    kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
