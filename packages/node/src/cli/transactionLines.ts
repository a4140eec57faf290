import type { SentTransaction } from './network/openWriter.ts'

/** One line a transaction: what it did, gas, and its hash or that it was only simulated. */
export function transactionLines(transactions: readonly SentTransaction[]): string {
  return transactions
    .map(({ label, hash, gas }) =>
      hash === undefined
        ? `  would ${label}: at most ${gas} gas (simulated, nothing was sent)`
        : `  ${label}: ${gas} gas, ${hash}`,
    )
    .join('\n')
}

/** The same for --json. */

export const transactionRows = (transactions: readonly SentTransaction[]) =>
  transactions.map(({ label, hash, gas, blockNumber }) => ({
    action: label,
    transaction: hash ?? null,
    gas: Number(gas),
    block: blockNumber === undefined ? null : Number(blockNumber),
    simulated: hash === undefined,
  }))
