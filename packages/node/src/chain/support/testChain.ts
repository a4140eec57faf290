import hre from 'hardhat'
import { createTestClient, http, publicActions, walletActions } from 'viem'
import { hardhat } from 'viem/chains'
import { testAccount } from './testAccount.ts'

/** A client that tests use to move the chain: funded account, mining, snapshots. */
export function testClient(rpcUrl: string) {
  return createTestClient({
    mode: 'hardhat',
    chain: hardhat,
    account: testAccount(0),
    transport: http(rpcUrl, { retryCount: 0 }),
    pollingInterval: 10,
    cacheTime: 0,
  })
    .extend(publicActions)
    .extend(walletActions)
}

export type TestClient = ReturnType<typeof testClient>

/** A real chain on a free port of loopback; every transaction is mined at once until a test says otherwise. */
export async function startTestChain() {
  const server = await hre.network.createServer({ network: 'devnet', chainType: 'l1' }, '127.0.0.1', 0)
  const { address, port } = await server.listen()
  const rpcUrl = `http://${address}:${port}`
  return { rpcUrl, client: testClient(rpcUrl), close: () => server.close() }
}
