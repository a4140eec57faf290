import { execFile } from 'node:child_process'
import { glob, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { BaseError } from '@dim/sdk'
import { repository } from './repository.ts'

/** The contracts do not compile. */
export class ContractsNotBuiltError extends BaseError {
  override readonly code = 'CONTRACTS_NOT_BUILT'

  constructor(cause: unknown) {
    const { stderr, stdout } = cause as { stderr?: string; stdout?: string }
    super(`The contracts could not be compiled.\n${stderr || stdout || ''}`.trim(), {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Run `node_modules/.bin/hardhat build` to see the errors.',
    })
  }
}

const exec = promisify(execFile)

/** Compiles the contracts unless every artifact is newer than every source; answers whether it did. */
export async function buildContracts(options: {
  environment: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}): Promise<boolean> {
  if ((await newest(join(repository.contracts, '**/*.sol'))) < (await newestBuild())) return false
  try {
    await exec(repository.hardhat, ['build', '--no-tests'], {
      cwd: repository.root,
      env: { ...options.environment },
      signal: options.signal,
    })
    return true
  } catch (error) {
    options.signal.throwIfAborted()
    throw new ContractsNotBuiltError(error)
  }
}

const newestBuild = () => newest(join(repository.artifacts, '../build-info/*.json'))

async function newest(pattern: string): Promise<number> {
  let latest = 0
  for await (const path of glob(pattern)) latest = Math.max(latest, (await stat(path)).mtimeMs)
  return latest
}
