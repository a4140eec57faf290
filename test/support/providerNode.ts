import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { approveUsdc, formatDeployment, registerModel, stake, waitForTransaction } from '@dim/sdk'
import { bytesToHex, type Hex, type LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { parseConfig } from '../../packages/node/src/config/parseConfig.ts'
import { openFsStore } from '../../packages/node/src/content/fsStore.ts'
import { createIdentity } from '../../packages/node/src/identity/createIdentity.ts'
import { buildManifest } from '../../packages/node/src/models/publish.ts'
import { createNode, type DimNode } from '../../packages/node/src/node.ts'
import { createWorkerPool } from '../../packages/node/src/runtime/pool.ts'
import { silentLogger } from '../../packages/node/src/runtime/silentLogger.ts'
import { createLogger } from '../../packages/node/src/telemetry/logger.ts'
import type { TestChain } from './chain.ts'
import { doublerOnnx } from './testModel.ts'

export const PASSWORD = 'a password for tests'

export type ProviderHomeOptions = {
  rounds?: number
  floorUsdc?: bigint
  stakeUsdc?: bigint
  /** Sections of the configuration, laid over those of a test. */
  config?: Record<string, Record<string, unknown>>
}

export type ProviderHome = Awaited<ReturnType<typeof createProviderHome>>

async function publishDoubler(dir: string, publisher: LocalAccount, rounds: number) {
  const onnxPath = join(dir, 'doubler.onnx')
  await writeFile(onnxPath, doublerOnnx({ rounds }))
  const content = await openFsStore({ dir: join(dir, 'content') })
  const pool = createWorkerPool({
    size: 1,
    memoryLimitBytes: 2 ** 31,
    timeoutMs: 20_000,
    logger: silentLogger,
  })
  try {
    const options = {
      name: 'doubler',
      version: '1.0.0',
      publisher: publisher.address,
      salt: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
      tolerance: { mode: 'allclose', absolute: 0, relative: 0 },
      maxima: { inputBytes: 4 * 2 ** 20, outputBytes: 4 * 2 ** 20, runMs: 20_000 },
    } as const
    return await buildManifest({ onnxPath, options, content, pool })
  } finally {
    await pool.close()
    await content.close()
  }
}

async function enrol(chain: TestChain, account: LocalAccount, modelKey: Hex, options: ProviderHomeOptions) {
  const { floorUsdc = 1_000n, stakeUsdc = 100_000_000n } = options
  await chain.fund(account.address, { usdc: stakeUsdc })
  const writer = chain.writer(account)
  const done = async (hash: Promise<Hex>) => waitForTransaction(writer, { hash: await hash })
  await done(registerModel(writer, { modelKey, floorUsdc, royaltyBps: 500, policy: 'public' }))
  if (stakeUsdc === 0n) return
  await done(approveUsdc(writer, { spender: chain.deployment.providerRegistry, amountUsdc: stakeUsdc }))
  await done(stake(writer, { provider: account.address, amountUsdc: stakeUsdc }))
}

/**
 * A folder with all that a real provider node needs on a real chain: keys, stake, and a published model.
 *
 * `open` runs the node in this process; `configFile` is for `dim node start` in another.
 */
export async function createProviderHome(chain: TestChain, options: ProviderHomeOptions = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'dim-provider-'))
  const privateKey = generatePrivateKey()
  const account = privateKeyToAccount(privateKey)
  const keystore = join(dir, 'keystore')
  await createIdentity({ dir: keystore, password: PASSWORD, privateKey, scryptN: 1024 })
  const published = await publishDoubler(dir, account, options.rounds ?? 1)
  const { manifest, modelKey } = published
  await enrol(chain, account, modelKey, options)
  const deploymentFile = join(dir, 'deployment.json')
  await writeFile(deploymentFile, JSON.stringify(formatDeployment(chain.deployment)))
  await writeFile(join(dir, 'password'), PASSWORD, { mode: 0o600 })
  const content: Record<string, Record<string, unknown>> = {
    node: { id: 'test', dataDir: join(dir, 'data'), shutdownMs: 5_000, ...options.config?.node },
    http: { host: '127.0.0.1', port: 0, ...options.config?.http },
    chain: { rpcUrl: chain.rpcUrl, chainId: 31_337, deploymentFile, pollMs: 50, ...options.config?.chain },
    keystore: { path: keystore },
    content: { dir: join(dir, 'content') },
    models: {
      cacheDir: join(dir, 'models'),
      serve: [{ modelKey, askUsdc: '0.001' }],
      ...options.config?.models,
    },
    job: { challengeWindowSeconds: 60, secondsToSubmit: 120, ...options.config?.job },
    limits: { ...options.config?.limits },
    runtime: { ...options.config?.runtime },
    sandbox: { level: 'process', ...options.config?.sandbox },
    log: { level: 'info', format: 'json' },
  }
  const configFile = join(dir, 'config.json')
  await writeFile(configFile, JSON.stringify(content))
  const { config } = parseConfig({ home: dir, environment: {}, file: { path: configFile, content } })
  const lines: Record<string, unknown>[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) }

  return {
    dir,
    account,
    manifest,
    modelKey,
    config,
    configFile,
    passwordFile: join(dir, 'password'),
    /** What the nodes of this home logged. */
    lines,
    /** Starts a node and waits until it takes jobs. */
    async open({ waitMs = 30_000 } = {}): Promise<DimNode> {
      const logger = createLogger({ level: 'debug', format: 'json', stream })
      const node = await createNode(config, { logger, password: async () => PASSWORD })
      try {
        await node.start()
        if (waitMs > 0) await node.ready(AbortSignal.timeout(waitMs))
        return node
      } catch (error) {
        await node.stop()
        throw error
      }
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}
