import { BaseError } from '@dim/sdk'
import { type Address, domainSeparator, type PublicClient, parseAbi } from 'viem'
import { type NetworkName, networks } from './networks.ts'
import type { DeployParameters } from './parameters.ts'

/** What is at the token's address is not the token of the parameters. */
export class DeploymentTokenWrongError extends BaseError {
  override readonly code = 'DEPLOYMENT_TOKEN_WRONG'

  constructor(token: Address, problems: readonly string[], options: { cause?: unknown } = {}) {
    super(`The contract at ${token} is not the USDC that the parameters describe: ${problems.join(' ')}`, {
      ...options,
      charged: 'Nothing was sent or charged.',
      hint: "Compare the address with Circle's list, and the section Token of the parameter file with the token.",
    })
  }
}

const abi = parseAbi([
  'function name() view returns (string)',
  'function version() view returns (string)',
  'function decimals() view returns (uint8)',
  'function DOMAIN_SEPARATOR() view returns (bytes32)',
])

/** Reads the token and compares: a wrong name or version would make every signature of a payment worthless. */
export async function checkToken(
  client: PublicClient,
  { network, parameters }: { network: NetworkName; parameters: DeployParameters },
): Promise<void> {
  const { usdc } = parameters.Dim
  if ((await client.getCode({ address: usdc })) === undefined)
    throw new DeploymentTokenWrongError(usdc, ['there is no contract.'])
  const actual = await readToken(client, usdc)
  const { name, version, decimals } = parameters.Token
  const domain = { name, version, chainId: networks[network].chainId, verifyingContract: usdc }
  const expected = { name, version, decimals, DOMAIN_SEPARATOR: domainSeparator({ domain }) }
  const problems = Object.entries(expected).flatMap(([field, value]) => {
    const found = actual[field as keyof typeof actual]
    return found === value ? [] : [`${field} is ${JSON.stringify(found)} and not ${JSON.stringify(value)}.`]
  })
  if (problems.length > 0) throw new DeploymentTokenWrongError(usdc, problems)
}

async function readToken(client: PublicClient, address: Address) {
  const read = <Name extends 'name' | 'version' | 'decimals' | 'DOMAIN_SEPARATOR'>(functionName: Name) =>
    client.readContract({ address, abi, functionName }).catch((cause: unknown) => {
      throw new DeploymentTokenWrongError(address, [`${functionName}() does not answer.`], { cause })
    })
  const [name, version, decimals, separator] = await Promise.all([
    read('name'),
    read('version'),
    read('decimals'),
    read('DOMAIN_SEPARATOR'),
  ])
  return { name, version, decimals, DOMAIN_SEPARATOR: separator }
}
