import hre from 'hardhat'
import {
  type Address,
  createTestClient,
  encodeFunctionData,
  type Hex,
  http,
  keccak256,
  numberToHex,
  pad,
  parseAbi,
  parseEther,
  publicActions,
  stringToHex,
  toBytes,
  walletActions,
} from 'viem'
import { serveJsonRpc } from './jsonRpcServer.ts'

const tokenAbi = parseAbi([
  'function initialize(address admin)',
  'function configureMinter(address minter, uint256 minterAllowedAmount) returns (bool)',
  'function mint(address to, uint256 amount) returns (bool)',
])

export type PublicChain = Awaited<ReturnType<typeof startPublicChain>>

const master = '0x00000000000000000000000000000000000000a1'
const implementation = '0x00000000000000000000000000000000000000a2'
const proxyAdmin = '0x00000000000000000000000000000000000000a3'
const slotOf = (name: string) => keccak256(toBytes(`org.zeppelinos.proxy.${name}`))
/** Of the token's storage, after three slots with accounts. */
const NAME_SLOT = numberToHex(3, { size: 32 })

/** A local chain with a public one's id, over HTTP; `failSending` makes its node fail from the nth transaction on. */
export async function startPublicChain(chainId: number) {
  const connection = await hre.network.create({ network: 'devnet', override: { chainId } })
  let left = Number.POSITIVE_INFINITY
  let lost: 'request' | 'answer' = 'request'
  const server = await serveJsonRpc({
    async request(call) {
      const isFailing = call.method === 'eth_sendRawTransaction' && left-- <= 0
      if (isFailing && lost === 'request') throw new Error('the node went away')
      const answer = await connection.provider.request(call)
      if (isFailing) throw new Error('the answer of the node was lost')
      return answer
    },
  })
  const transport = http(server.url, { retryCount: 0 })
  const chain = {
    id: chainId,
    name: 'local',
    nativeCurrency: { name: 'POL', symbol: 'POL', decimals: 18 },
    rpcUrls: { default: { http: [server.url] } },
  }
  const shared = { chain, transport, pollingInterval: 25, cacheTime: 0 }
  const client = createTestClient({ ...shared, mode: 'hardhat' })
    .extend(publicActions)
    .extend(walletActions)
  return {
    rpcUrl: server.url,
    client,
    shared,
    failSending(after: number, what: 'request' | 'answer' = 'request') {
      left = after
      lost = what
    },
    /** Circle's token as the tests have it, proxy and storage included, at the address that the real one has. */
    async placeToken(token: Address, name: string) {
      const code = async (contract: string) =>
        (await hre.artifacts.readArtifact(contract)).deployedBytecode as Hex
      await client.setCode({ address: implementation, bytecode: await code('TestUSDC') })
      await client.setCode({ address: token, bytecode: await code('TestUSDCProxy') })
      const store = (index: Hex, value: Hex) => client.setStorageAt({ address: token, index, value })
      await store(slotOf('implementation') as Hex, pad(implementation))
      await store(slotOf('admin') as Hex, pad(proxyAdmin))
      await send(token, encodeFunctionData({ abi: tokenAbi, functionName: 'initialize', args: [master] }))
      await this.renameToken(token, name)
    },
    renameToken: (token: Address, name: string) =>
      client.setStorageAt({ address: token, index: NAME_SLOT, value: shortString(name) }),
    async mint(token: Address, to: Address, amount: bigint) {
      const call = { abi: tokenAbi } as const
      await send(
        token,
        encodeFunctionData({ ...call, functionName: 'configureMinter', args: [master, amount] }),
      )
      await send(token, encodeFunctionData({ ...call, functionName: 'mint', args: [to, amount] }))
    },
    async close() {
      await server.close()
      await connection.close()
    },
  }

  async function send(to: Address, data: Hex) {
    await client.setBalance({ address: master, value: parseEther('10') })
    await client.impersonateAccount({ address: master })
    const hash = await client.sendTransaction({ account: master, to, data })
    await client.waitForTransactionReceipt({ hash })
  }
}

/** How Solidity keeps up to 31 bytes of text: left, and twice the length in the last byte. */
const shortString = (text: string): Hex =>
  `${pad(stringToHex(text), { dir: 'right' }).slice(0, -2)}${(text.length * 2).toString(16).padStart(2, '0')}` as Hex
