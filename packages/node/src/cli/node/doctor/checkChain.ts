import { BaseError, getChainTime } from '@dim/sdk'
import type { ChainClient } from '../../network/openChain.ts'
import type { Finding } from './finding.ts'

const skewWarnSeconds = 30

/** The RPC answers for the right chain, its head is fresh, and the contracts are there. */
export async function checkChain(
  asked: Readonly<{ rpcUrl: string }>,
  open: () => Promise<ChainClient>,
): Promise<{ findings: readonly Finding[]; chain: ChainClient | undefined }> {
  try {
    const chain = await open()
    const [head, time] = await Promise.all([chain.getBlockNumber(), getChainTime(chain)])
    const contracts: Finding = {
      group: 'contracts',
      name: 'escrow',
      status: 'ok',
      text: `JobEscrow at ${chain.dim.jobEscrow}`,
    }
    return {
      chain,
      findings: [rpcFinding(chain, asked.rpcUrl, head), clockFinding(Number(time)), contracts],
    }
  } catch (error) {
    return { chain: undefined, findings: [failure(asked.rpcUrl, error), unknownClock] }
  }
}

const unknownClock: Finding = {
  group: 'chain',
  name: 'clock',
  status: 'warn',
  text: "not compared with the chain's, which could not be read",
  fix: 'Mend the chain first.',
}

function rpcFinding(chain: ChainClient, rpcUrl: string, head: bigint): Finding {
  return {
    group: 'chain',
    name: 'rpc',
    status: 'ok',
    text: `${rpcUrl}, chain ${chain.dim.chainId}, block ${head}`,
  }
}

function clockFinding(chainSeconds: number): Finding {
  const skew = Math.round(Date.now() / 1000 - chainSeconds)
  const base = {
    group: 'chain',
    name: 'clock',
    text: `the chain's clock is ${Math.abs(skew)} s ${skew < 0 ? 'ahead of' : 'behind'} this machine's`,
  } as const
  return Math.abs(skew) <= skewWarnSeconds
    ? { ...base, status: 'ok' }
    : {
        ...base,
        status: 'warn',
        fix: 'Deadlines follow the chain. Check this clock (NTP), or whether the RPC lags.',
      }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''

function failure(rpcUrl: string, error: unknown): Finding {
  const known = error instanceof BaseError
  return {
    group: 'chain',
    name: 'rpc',
    status: 'fail',
    text: known
      ? `${rpcUrl}: ${error.code}: ${error.shortMessage}`
      : `${rpcUrl} cannot be used: ${firstLine(error)}`,
    fix: (known ? error.hint : undefined) ?? 'Correct chain.rpcUrl, or start the chain.',
  }
}
