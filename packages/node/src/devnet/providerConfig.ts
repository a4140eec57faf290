import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'

export type ProviderConfig = {
  name: string
  dir: string
  port: number
  rpcUrl: string
  deploymentFile: string
  askUsdc: string
}

/** Writes the configuration with which `dim node start` runs one provider of the devnet. */
export async function writeProviderConfig({
  name,
  dir,
  port,
  rpcUrl,
  deploymentFile,
  askUsdc,
}: ProviderConfig): Promise<string> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, 'config.yaml')
  const config = {
    node: { id: name, dataDir: join(dir, 'data'), shutdownMs: 2_000 },
    http: { host: '127.0.0.1', port, publicUrl: `http://127.0.0.1:${port}` },
    chain: { rpcUrl, chainId: 31_337, deploymentFile, confirmations: 0, pollMs: 250 },
    keystore: { path: join(dir, 'keystore') },
    content: { dir: join(dir, 'content') },
    models: { cacheDir: join(dir, 'models'), serveAll: true, serveAllAskUsdc: askUsdc, maxUploadGb: 2 },
    job: { challengeWindowSeconds: 600 },
    // Its models are its own, so that it runs on any machine.
    sandbox: { level: 'auto', fallbackToProcess: true },
    log: { level: 'info', format: 'json' },
  }
  await writeFile(path, `# Written by dim devnet at every start.\n${stringify(config)}`)
  return path
}
