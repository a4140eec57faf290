import { createMemoryJobStore, getJob, runJob, TensorSet } from '@dim/sdk'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { ProviderName } from '../../packages/node/src/runtime/providers.ts'
import { startChain } from '../../test/support/chain.ts'
import { createProviderHome } from '../../test/support/providerNode.ts'

export type PaidJob = {
  status: string
  chargedUsdc: bigint
  /** By the signed receipt. */
  executionProvider: string
  runtime: string
  sandbox: string
}

const runsWithinMs = 120_000

/** A provider on a local chain that was given no list of providers but the machine's own, and one job that is paid. */
export async function payForJob(executionProviders: readonly ProviderName[]): Promise<PaidJob> {
  const chain = await startChain()
  const home = await createProviderHome(chain, { config: { runtime: { executionProviders } } })
  try {
    const node = await home.open({ waitMs: runsWithinMs })
    try {
      const account = privateKeyToAccount(generatePrivateKey())
      await chain.fund(account.address, { usdc: 1_000_000n, wei: 0n })
      const outcome = await runJob(chain.writer(account), {
        store: createMemoryJobStore(),
        modelKey: home.modelKey,
        inputs: { x: TensorSet.fromTyped('float32', new Float32Array([1, 2.5, -3]), [3]) },
        maxPriceUsdc: 3_000n,
        provider: home.account.address,
        pollingIntervalMs: 50,
        timeoutMs: runsWithinMs,
      })
      const { status } = await getJob(chain.reader, outcome)
      const { chargedUsdc, details } = outcome
      const { executionProvider, runtime, sandbox } = details
      return { status, chargedUsdc, executionProvider, runtime, sandbox }
    } finally {
      await node.stop()
    }
  } finally {
    await home.remove()
    await chain.close()
  }
}
