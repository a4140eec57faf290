import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { status } from '@nomicfoundation/ignition-core'
import type { RehearsedTransaction } from './rehearse.ts'

/** Gas of what an earlier run has not done yet; all of it without an earlier run. */
export async function remainingGas(
  journalDir: string,
  transactions: readonly RehearsedTransaction[],
): Promise<bigint> {
  const begun = await access(join(journalDir, 'journal.jsonl')).then(
    () => true,
    () => false,
  )
  const done = begun ? (await status(journalDir)).successful : []
  return transactions.reduce((sum, { id, gas }) => (done.includes(id) ? sum : sum + gas), 0n)
}
