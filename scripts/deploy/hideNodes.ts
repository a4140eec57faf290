import type { DescribedError } from '../../packages/node/src/cli/errors/describeError.ts'
import { networks } from './networks.ts'

/** Addresses of nodes hold keys of their providers: an error that quotes one shows the variable's name instead. */
export function hideNodes(
  error: DescribedError,
  environment: Readonly<Record<string, string | undefined>>,
): DescribedError {
  const hide = (text: string) =>
    Object.values(networks).reduce((shown, { rpcVariable }) => {
      const url = environment[rpcVariable]?.replace(/\/+$/, '')
      return url ? shown.replaceAll(url, `<${rpcVariable}>`) : shown
    }, text)
  const { message, details } = error
  return { ...error, message: hide(message), details: details === undefined ? undefined : hide(details) }
}
