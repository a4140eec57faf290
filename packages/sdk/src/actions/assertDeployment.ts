import { getBlock, getChainId, getCode } from 'viem/actions'
import type { Reader } from '../client.ts'
import { ChainResetError } from '../errors/chainReset.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'
import { WrongChainError } from '../errors/wrongChain.ts'

/**
 * Checks that the chain behind a client is the one of its deployment: id, genesis block, code at the escrow's address.
 *
 * @throws `WRONG_CHAIN` for another id, `CHAIN_RESET` for another genesis or missing contracts, or the code of an RPC that is down.
 * @example
 * await assertDeployment(reader)
 */
export async function assertDeployment(client: Reader): Promise<void> {
  const { chainId, genesisHash, jobEscrow } = client.dim
  const { actual, genesis, code } = await readIdentity(client)
  if (actual !== chainId) throw new WrongChainError({ expected: chainId, actual })
  if (genesis !== genesisHash) {
    throw new ChainResetError(`genesis block is ${genesis}, the deployment was made on ${genesisHash}`)
  }
  if (code === undefined) throw new ChainResetError(`no contract at ${jobEscrow}`)
}

async function readIdentity(client: Reader) {
  try {
    const [actual, genesis, code] = await Promise.all([
      getChainId(client),
      getBlock(client, { blockNumber: 0n }),
      getCode(client, { address: client.dim.jobEscrow }),
    ])
    return { actual, genesis: genesis.hash, code }
  } catch (error) {
    throw decodeRevert(error, 'Comparing the chain with the deployment')
  }
}
