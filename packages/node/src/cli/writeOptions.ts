import type { Command } from 'commander'

export type WriteOptions = { dryRun?: boolean; yes?: boolean }

/** Options of every command that writes to the chain or replaces a file. */
export function addWriteOptions(command: Command): Command {
  return command
    .option('--dry-run', 'simulate, and print what would happen with gas and USDC')
    .option('--yes', 'ask nothing')
}
