import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BaseError, type Deployment, formatDeployment, parseDeployment } from '@dim/sdk'
import { z } from 'zod'

const schema = z.object({
  version: z.literal(1),
  /** Of the process that keeps the devnet up. */
  pid: z.int().positive(),
  rpcUrl: z.url(),
  frontDoor: z.url(),
  providers: z.array(z.object({ name: z.string(), address: z.string(), endpoint: z.url() })),
})

/** What a command needs to use a devnet that runs: `network.json` and `deployment.json` of its state folder. */
export type DevnetState = z.infer<typeof schema> & { deployment: Deployment }

export class DevnetStateInvalidError extends BaseError {
  override readonly code = 'NETWORK_STATE_INVALID'

  constructor(dir: string, cause: unknown) {
    super(`The devnet state in ${dir} cannot be read.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Start the devnet again with `dim devnet --reset`.',
    })
  }
}

const networkFile = (dir: string) => join(dir, 'network.json')
const deploymentFile = (dir: string) => join(dir, 'deployment.json')

/** `undefined` where no devnet was started or the last one was stopped. */
export async function readDevnetState(dir: string): Promise<DevnetState | undefined> {
  const text = await readFile(networkFile(dir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const deployment = parseDeployment(JSON.parse(await readFile(deploymentFile(dir), 'utf8')))
    return { ...schema.parse(JSON.parse(text)), deployment }
  } catch (error) {
    throw new DevnetStateInvalidError(dir, error)
  }
}

export async function writeDeployment(dir: string, deployment: Deployment): Promise<string> {
  const path = deploymentFile(dir)
  await replaceFile(path, `${JSON.stringify(formatDeployment(deployment), undefined, 2)}\n`)
  return path
}

export async function writeDevnetState(dir: string, { deployment, ...state }: DevnetState): Promise<void> {
  await writeDeployment(dir, deployment)
  await replaceFile(networkFile(dir), `${JSON.stringify(state, undefined, 2)}\n`)
}

/** The chain lived in memory: when it ends, nothing of it may be found again. */
export async function removeDevnetState(dir: string): Promise<void> {
  await rm(networkFile(dir), { force: true })
}

async function replaceFile(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${Date.now()}-${Math.random().toString(36).slice(2)}.tmp`)
  await writeFile(draft, text)
  await rename(draft, path)
}
