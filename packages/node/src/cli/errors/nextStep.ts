import type { BaseError } from '@dim/sdk'

/** What to type, where the SDK can only say it in the words of a library. */
const commands: Readonly<Record<string, (error: BaseError) => string>> = {
  PRICE_ABOVE_LIMIT: () => 'Raise the limit with --max-price, or choose another provider with --provider.',
  NO_ELIGIBLE_PROVIDER: () =>
    'Raise the limit with --max-price, wait for a provider, or name one with --provider.',
  INSUFFICIENT_FUNDS: (error) =>
    `${error.hint ?? ''} \`dim wallet show\` prints the address; on a devnet \`dim wallet fund\` fills it.`.trim(),
  INSUFFICIENT_GAS_FUNDS: () =>
    "Send some of the chain's coin to the account; on a devnet `dim wallet fund` does.",
  JOB_DETACHED: (error) => `Go on with: dim job watch ${jobIdOf(error)}`,
  JOB_EXPIRED: (error) =>
    `If it is not refunded yet: dim job refund ${jobIdOf(error)}; then dim wallet withdraw.`,
  RESULT_UNAVAILABLE: (error) => `Try again with: dim job watch ${jobIdOf(error)}`,
  CHAIN_RESET: () => 'Start the devnet again with `npm start`; jobs of the old chain are gone with it.',
  CHAIN_UNREACHABLE: () =>
    'Start the devnet (`npm start`), or correct chain.rpcUrl or --network; the same command twice is safe.',
  WRONG_CHAIN: () =>
    'Name the right network with --network, or correct chain.rpcUrl and chain.deploymentFile.',
  CONFIG_INVALID: () => 'Correct it; `dim config show --origin` prints every setting.',
  MODEL_UNAVAILABLE: () => '`dim model list` shows what can be bought.',
}

/** The next step in terms of the command line, or the error's own hint. */
export const nextStep = (error: BaseError): string | undefined => commands[error.code]?.(error) ?? error.hint

const jobIdOf = (error: BaseError) => ('jobId' in error ? String(error.jobId) : 'ID')
