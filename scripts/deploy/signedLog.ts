import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hex } from 'viem'

type Signed = { nonce: number; serialized: Hex }

const fileIn = (journalDir: string) => join(journalDir, 'signed.jsonl')

/** Keeps a signed transaction on disk before it is sent, so that a crash cannot leave open whether it was. */
export async function keepSigned(journalDir: string, signed: Signed): Promise<void> {
  await mkdir(journalDir, { recursive: true })
  const handle = await open(fileIn(journalDir), 'a', 0o600)
  try {
    await handle.write(`${JSON.stringify(signed)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The last transaction that was signed with that nonce. */
export async function readSigned(journalDir: string, nonce: number): Promise<Hex | undefined> {
  const text = await readFile(fileIn(journalDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  // A crash can cut the last line short: what was not kept whole was not sent.
  const lines = text.split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Signed).findLast((signed) => signed.nonce === nonce)
    ?.serialized
}
