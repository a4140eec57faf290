import { constants } from 'node:fs'
import { access, stat, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { BaseError } from '@dim/sdk'

export type ReportFiles = { output?: string | undefined; receipt?: string | undefined }

/** A result or a receipt cannot be written where it was asked for. */
export class OutputNotWritableError extends BaseError {
  override readonly code = 'OUTPUT_NOT_WRITABLE'

  constructor(path: string, cause: unknown) {
    super(`${path} cannot be written.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Name a file in a folder that exists and that you may write to.',
    })
  }
}

/** Run before anything is paid: a result that nobody can store should not be bought. */
export async function assertWritable({ output, receipt }: ReportFiles, cwd: string): Promise<void> {
  for (const name of [output, receipt]) {
    if (name === undefined) continue
    const path = resolve(cwd, name)
    const found = await stat(path).catch(() => undefined)
    if (found?.isDirectory()) throw new OutputNotWritableError(path, 'it is a directory')
    await access(found === undefined ? dirname(path) : path, constants.W_OK).catch((error: unknown) => {
      throw new OutputNotWritableError(path, error)
    })
    if (found === undefined) await assertDirectory(path)
  }
}

/** Results are opened letters: a new file is for its owner only. */
export async function writePrivately(name: string, text: string, cwd: string): Promise<void> {
  const path = resolve(cwd, name)
  await writeFile(path, text, { mode: 0o600 }).catch((error: unknown) => {
    throw new OutputNotWritableError(path, error)
  })
}

async function assertDirectory(path: string): Promise<void> {
  if (!(await stat(dirname(path))).isDirectory())
    throw new OutputNotWritableError(path, 'its folder is a file')
}
