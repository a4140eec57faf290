import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  BaseError,
  type ClientJob,
  type ClientJobStore,
  formatClientJob,
  JobConflictError,
  JobUnknownError,
  parseClientJob,
} from '@dim/sdk'
import type { Hex } from 'viem'
import { writeSecretFile } from '../../identity/writeSecretFile.ts'
import { withFileLock } from './fileLock.ts'
import { decrypt, encrypt, openJobKey } from './jobKey.ts'

/** A kept job was changed on disk or belongs to another wallet. */
export class JobFileUnreadableError extends BaseError {
  override readonly code = 'JOB_FILE_UNREADABLE'

  constructor(path: string, cause: unknown) {
    super(`The kept job in ${path} cannot be read.`, {
      cause,
      charged: 'Nothing was charged by reading it.',
      hint: 'Restore the file from a copy; without it the result of that job cannot be decrypted.',
    })
  }
}

export type FileJobStoreOptions = { dir: string; password: () => Promise<string> }

/** Jobs as encrypted files, one each, mode 0600, replaced as a whole; the password is asked for once. */
export function createFileJobStore({ dir, password }: FileJobStoreOptions): ClientJobStore {
  let opened: Promise<Buffer> | undefined
  const key = () => {
    opened ??= openStore(dir, password)
    return opened
  }
  const pathOf = (jobId: Hex) => join(dir, `${jobId}.job`)
  const lock = <T>(jobId: Hex, action: () => Promise<T>) => withFileLock(join(dir, `${jobId}.lock`), action)

  async function get(jobId: Hex): Promise<ClientJob | undefined> {
    const sealed = await readFile(pathOf(jobId), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    return sealed === undefined ? undefined : open(sealed, jobId, await key())
  }

  function open(sealed: string, jobId: Hex, secret: Buffer): ClientJob {
    try {
      return parseClientJob(
        JSON.parse(decrypt(secret, Buffer.from(sealed, 'base64'), jobId).toString('utf8')),
      )
    } catch (error) {
      throw new JobFileUnreadableError(pathOf(jobId), error)
    }
  }

  async function write(job: ClientJob): Promise<void> {
    const plain = Buffer.from(JSON.stringify(formatClientJob(job)))
    const sealed = encrypt(await key(), plain, job.jobId).toString('base64')
    await writeSecretFile(pathOf(job.jobId), sealed, { replace: true })
  }

  return {
    get,
    async put(job) {
      await key()
      await lock(job.jobId, async () => {
        const present = await get(job.jobId)
        if (present === undefined) return write(job)
        if (JSON.stringify(formatClientJob(present)) !== JSON.stringify(formatClientJob(job))) {
          throw new JobConflictError(job.jobId)
        }
      })
    },
    async list() {
      const names = await readdir(dir).catch(() => [])
      const ids = names.filter((name) => name.endsWith('.job')).map((name) => name.slice(0, -4) as Hex)
      const jobs = await Promise.all(ids.map(get))
      return jobs.filter((job) => job !== undefined).sort((a, b) => a.createdAtMs - b.createdAtMs)
    },
    async update(jobId, change) {
      await key()
      return lock(jobId, async () => {
        const present = await get(jobId)
        if (present === undefined) throw new JobUnknownError(jobId, 'this wallet')
        const changed = change(present)
        await write(changed)
        return changed
      })
    },
  }
}

async function openStore(dir: string, password: () => Promise<string>): Promise<Buffer> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const path = join(dir, 'jobs.key')
  const secret = await password()
  return withFileLock(join(dir, 'jobs.key.lock'), () => openJobKey(path, secret))
}
