import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type EIP1193Provider, trackTransaction } from '@nomicfoundation/ignition-core'
import { type Hex, keccak256, numberToHex } from 'viem'
import { readSigned } from './signedLog.ts'

type JournalLine = { type: string; futureId?: string; networkInteractionId?: number; nonce?: number }

/**
 * Mends the journal after a crash between Ignition's "about to send" and its "sent". What was signed then is sent again
 * (the same bytes are the same transaction); what no node takes was never sent, and Ignition prepares it anew with the
 * same nonce, so that one of the two at most can ever be mined.
 */
export async function recoverSent(
  journalDir: string,
  { provider, chainId }: { provider: EIP1193Provider; chainId: number },
): Promise<readonly Hex[]> {
  const recovered: Hex[] = []
  for (const line of await lostLines(journalDir)) {
    const hash = await sendAgain(await readSigned(journalDir, line.nonce ?? -1), provider)
    if (hash === undefined) await forget(journalDir, line)
    else {
      await trackTransaction(journalDir, hash, withChainId(provider, chainId))
      recovered.push(hash)
    }
  }
  return recovered
}

/** Not every node tells the chain of a legacy transaction, and Ignition reads it. */
const withChainId = (provider: EIP1193Provider, chainId: number): EIP1193Provider => ({
  async request(call) {
    const answer = await provider.request(call)
    if (call.method !== 'eth_getTransactionByHash' || answer === null) return answer
    return { chainId: numberToHex(chainId), ...(answer as object) }
  },
})

const journalFile = (journalDir: string) => join(journalDir, 'journal.jsonl')

async function readJournal(journalDir: string): Promise<JournalLine[]> {
  const text = await readFile(journalFile(journalDir), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line))
}

const isSame = (a: JournalLine, b: JournalLine) =>
  a.futureId === b.futureId && a.networkInteractionId === b.networkInteractionId

async function lostLines(journalDir: string): Promise<JournalLine[]> {
  const lines = await readJournal(journalDir)
  return lines.filter(
    (line, index) =>
      line.type === 'TRANSACTION_PREPARE_SEND' &&
      !lines.slice(index + 1).some((later) => later.type.startsWith('TRANSACTION_') && isSame(later, line)),
  )
}

async function sendAgain(signed: Hex | undefined, provider: EIP1193Provider): Promise<Hex | undefined> {
  if (signed === undefined) return undefined
  const hash = keccak256(signed)
  const isKnown = async () =>
    (await provider.request({ method: 'eth_getTransactionByHash', params: [hash] })) !== null
  if (await isKnown()) return hash
  const refused = await provider.request({ method: 'eth_sendRawTransaction', params: [signed] }).then(
    () => false,
    () => true,
  )
  return refused && !(await isKnown()) ? undefined : hash
}

/** Whole or not at all: a journal that is half written could not be read again. */
async function forget(journalDir: string, lost: JournalLine): Promise<void> {
  const kept = (await readJournal(journalDir)).filter(
    (line) => !(line.type === lost.type && line.nonce === lost.nonce && isSame(line, lost)),
  )
  const file = journalFile(journalDir)
  await writeFile(`${file}.new`, kept.map((line) => `\n${JSON.stringify(line)}`).join(''))
  await rename(`${file}.new`, file)
}
