import { domainSeparator, type TypedDataDomain } from 'viem'
import type { Reader } from '../client.ts'
import { TokenDomainUnknownError } from '../errors/tokenDomainUnknown.ts'
import { readCall } from './readCall.ts'
import { usdcAbi } from './usdcAbi.ts'

export type GetUsdcDomainReturnType = {
  name: string
  version: string
  chainId: number
  verifyingContract: `0x${string}`
}

/**
 * Reads the EIP-712 domain of the token and proves it against the token's own separator.
 *
 * @throws `TOKEN_DOMAIN_UNKNOWN` when the separator is of another kind, as that of bridged USDC.e.
 * @example
 * const domain = await getUsdcDomain(reader) // { name: 'USD Coin', version: '2', … }
 */
export async function getUsdcDomain(client: Reader): Promise<GetUsdcDomainReturnType> {
  const { usdc, chainId } = client.dim
  const call = { address: usdc, abi: usdcAbi, args: [], attempted: 'Reading the domain of USDC' } as const
  const [name, version, separator] = await Promise.all([
    readCall(client, { ...call, functionName: 'name' }),
    readCall(client, { ...call, functionName: 'version' }),
    readCall(client, { ...call, functionName: 'DOMAIN_SEPARATOR' }),
  ])
  const domain = { name, version, chainId, verifyingContract: usdc } satisfies TypedDataDomain
  const computed = domainSeparator({ domain })
  if (computed !== separator) {
    throw new TokenDomainUnknownError(
      usdc,
      `its separator is ${separator}, "${name}" "${version}" gives ${computed}`,
    )
  }
  return domain
}
