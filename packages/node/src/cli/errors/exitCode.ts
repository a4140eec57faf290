export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  config: 3,
  chain: 4,
  funds: 5,
  notRunning: 6,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const rules: readonly [RegExp, ExitCode][] = [
  [/^(USAGE|AMBIGUOUS_MODEL|AMOUNT_INVALID|CONFIRMATION_NEEDED)$/, exitCodes.usage],
  [/^(CONFIG_|KEYSTORE_|KEY_|WALLET_|PASSWORD_|NETWORK_UNKNOWN|DEPLOYMENT_|PORT_IN_USE)/, exitCodes.config],
  [
    /^(INSUFFICIENT_|PRICE_ABOVE_|CONTRACT_INSUFFICIENT_|CONTRACT_STAKE_TOO_SMALL|CONTRACT_ERC20_INSUFFICIENT|NO_GAS)/,
    exitCodes.funds,
  ],
  [/^(NODE_NOT_RUNNING)$/, exitCodes.notRunning],
  [/^(CHAIN_|RPC_|WRONG_CHAIN|CONTRACT_|TRANSACTION_|NO_CONTRACT|STALE_RPC)/, exitCodes.chain],
]

/** The process's exit code for an error's code. */
export function exitCodeOf(code: string): ExitCode {
  return rules.find(([pattern]) => pattern.test(code))?.[1] ?? exitCodes.failure
}
