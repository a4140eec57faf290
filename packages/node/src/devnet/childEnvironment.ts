import { join } from 'node:path'

/** The user's own settings of DIM are not those of a devnet's processes. */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  dir: string,
): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('DIM_') && name !== 'NODE_ID')
  return {
    ...Object.fromEntries(kept),
    NODE_COMPILE_CACHE: join(dir, 'compile-cache'),
    ORT_DISABLE_TELEMETRY: '1',
    HARDHAT_DISABLE_TELEMETRY_PROMPT: 'true',
  }
}
