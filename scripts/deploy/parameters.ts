import { readFile } from 'node:fs/promises'
import { BaseError } from '@dim/sdk'
import { type Address, getAddress, isAddress, zeroAddress } from 'viem'
import { type NetworkName, networks } from './networks.ts'

type Numbers = Readonly<
  Record<
    | 'timelockDelay'
    | 'minimumStake'
    | 'thawPeriod'
    | 'moduleDelay'
    | 'receiptPeriod'
    | 'jobFeeBps'
    | 'minSubmitDelay'
    | 'minWindow'
    | 'maxWindow'
    | 'resolvePeriod'
    | 'exposureBps'
    | 'releaseDelay'
    | 'channelFeeBps'
    | 'minWithdrawDelay'
    | 'maxWithdrawDelay',
    number
  >
>

/** A parameter file: `Dim` are the parameters of Ignition's module, `Token` is what the token says of itself. */
export type DeployParameters = {
  Dim: Numbers & { usdc: Address; guardian: Address; proposers: Address[]; executors: Address[] }
  Token: { name: string; version: string; decimals: number }
}

/** A parameter file that cannot be deployed. */
export class DeploymentParametersInvalidError extends BaseError {
  override readonly code = 'DEPLOYMENT_PARAMETERS_INVALID'

  constructor(file: string, problems: readonly string[], options: { cause?: unknown } = {}) {
    super(`The parameters in ${file} cannot be deployed: ${problems.join(' ')}`, {
      ...options,
      charged: 'Nothing was sent or charged.',
      hint: 'docs/deploy.md says what each parameter is.',
    })
  }
}

/** Of whole numbers, both ends included. The constructors check what depends on other parameters. */
const ranges: Readonly<Record<keyof Numbers, readonly [number, number]>> = {
  timelockDelay: [0, 31_536_000],
  minimumStake: [1, Number.MAX_SAFE_INTEGER],
  thawPeriod: [60, 31_536_000],
  moduleDelay: [60, 31_536_000],
  receiptPeriod: [1, 31_536_000],
  jobFeeBps: [0, 500],
  minSubmitDelay: [1, 3_600],
  minWindow: [0, 604_800],
  maxWindow: [1, 604_800],
  resolvePeriod: [60, 2_592_000],
  exposureBps: [1, 100_000],
  // Outages of the chain have lasted for hours, and who is to be paid must be able to claim or settle within the delay.
  releaseDelay: [86_400, 2_592_000],
  channelFeeBps: [0, 500],
  minWithdrawDelay: [86_400, 2_592_000],
  maxWithdrawDelay: [86_400, 2_592_000],
}

type Section = Readonly<Record<string, unknown>>

const isSection = (value: unknown): value is Section =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isAccount = (value: unknown): value is Address => typeof value === 'string' && isAddress(value)

function numberProblems(dim: Section, network: NetworkName): string[] {
  const { minTimelockDelay } = networks[network]
  return Object.entries({ ...ranges, timelockDelay: [minTimelockDelay, 31_536_000] }).flatMap(
    ([name, [least = 0, most = 0]]) => {
      const value = dim[name]
      const isFine = Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
      return isFine ? [] : [`Dim.${name} is to be a whole number from ${least} to ${most}.`]
    },
  )
}

function accountProblems(dim: Section): string[] {
  const single = ['usdc', 'guardian'].flatMap((name) =>
    isAccount(dim[name]) && dim[name] !== zeroAddress ? [] : [`Dim.${name} is to be an address.`],
  )
  const several = ['proposers', 'executors'].flatMap((name) => {
    const value = dim[name]
    const isFine = Array.isArray(value) && value.length > 0 && value.every(isAccount)
    return isFine ? [] : [`Dim.${name} is to be a list of addresses that names at least one.`]
  })
  const open = Array.isArray(dim.proposers) && dim.proposers.includes(zeroAddress)
  return [...single, ...several, ...(open ? ['Dim.proposers is not to hold the zero address.'] : [])]
}

function tokenProblems({ name, version, decimals }: Section): string[] {
  const isFine = typeof name === 'string' && typeof version === 'string' && Number.isInteger(decimals)
  return isFine ? [] : ['Token is to have name, version and decimals.']
}

function orderProblems(dim: Section): string[] {
  const { thawPeriod, maxWindow, resolvePeriod } = dim
  return Number(thawPeriod) >= Number(maxWindow) + Number(resolvePeriod)
    ? []
    : ['Dim.thawPeriod is to be at least maxWindow + resolvePeriod, or stake leaves before its dispute ends.']
}

function unknownProblems(dim: Section): string[] {
  const known = [...Object.keys(ranges), 'usdc', 'guardian', 'proposers', 'executors']
  return Object.keys(dim).flatMap((name) => (known.includes(name) ? [] : [`Dim.${name} is no parameter.`]))
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DeploymentParametersInvalidError(file, ['it is not JSON.'], { cause })
  }
}

/** Reads and checks a parameter file; throws `DEPLOYMENT_PARAMETERS_INVALID` with everything that is wrong. */
export async function readParameters(file: string, network: NetworkName): Promise<DeployParameters> {
  const root = parseJson(await readFile(file, 'utf8'), file)
  const { Dim, Token } = isSection(root) ? root : {}
  if (!isSection(Dim) || !isSection(Token))
    throw new DeploymentParametersInvalidError(file, ['it needs the sections Dim and Token.'])
  const problems = [
    ...unknownProblems(Dim),
    ...numberProblems(Dim, network),
    ...accountProblems(Dim),
    ...orderProblems(Dim),
    ...tokenProblems(Token),
  ]
  if (problems.length > 0) throw new DeploymentParametersInvalidError(file, problems)
  const checked = { Dim, Token } as unknown as DeployParameters
  const { usdc, guardian, proposers, executors } = checked.Dim
  return {
    Token: checked.Token,
    Dim: {
      ...checked.Dim,
      usdc: getAddress(usdc),
      guardian: getAddress(guardian),
      proposers: proposers.map((account) => getAddress(account)),
      executors: executors.map((account) => getAddress(account)),
    },
  }
}
