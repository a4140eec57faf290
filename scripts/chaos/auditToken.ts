import { getUsdcBalance, type Reader } from '@dim/sdk'
import { type Address, parseAbi, zeroAddress } from 'viem'
import { getLogs, readContract } from 'viem/actions'

const abi = parseAbi([
  'event Transfer(address indexed from, address indexed to, uint256 value)',
  'function totalSupply() view returns (uint256)',
])

/** What everybody who ever held the token holds together, and how much of it there is. */
export async function auditToken(reader: Reader): Promise<{ held: bigint; supply: bigint; holders: number }> {
  const address = reader.dim.usdc
  const logs = await getLogs(reader, { address, event: abi[0], fromBlock: 0n, toBlock: 'latest' })
  const seen = new Set(logs.flatMap(({ args }) => [args.from, args.to]))
  const holders = [...seen].filter(
    (holder): holder is Address => holder !== undefined && holder !== zeroAddress,
  )
  const balances = await Promise.all(holders.map((account) => getUsdcBalance(reader, { account })))
  const held = balances.reduce((sum, balance) => sum + balance, 0n)
  const supply = await readContract(reader, { address, abi, functionName: 'totalSupply' })
  return { held, supply, holders: holders.length }
}
