import type { Address, Hex } from 'viem'
import { type ListedProvider, listProviders, type ProviderProblem } from '../actions/listProviders.ts'
import { BaseError } from '../errors/baseError.ts'
import type { ProviderRefusal } from '../errors/noEligibleProvider.ts'
import { getNodeInfo } from '../http/getNodeInfo.ts'
import type * as NodeInfo from '../messages/nodeInfo.ts'
import type { JobContext } from './jobContext.ts'

/** A provider that answers and serves the model within the price limit. */
export type Candidate = ListedProvider & { priceUsdc: bigint; isWarm: boolean }

/** Why a provider was passed over: its price when only that was in the way, the error when it did not answer. */
export type Refusal = ProviderRefusal & { priceUsdc?: bigint; cause?: BaseError }

export type FindProvidersOptions = {
  modelKey: Hex
  /** The owner's floor for one unit; a provider's ask comes on top. */
  floorUsdc: bigint
  maxPriceUsdc: bigint
  provider: Address | undefined
}

const problems: Record<ProviderProblem, string> = {
  'record-expired': 'has an expired record',
  'service-key-invalid': 'names a service key that is not valid now',
  'stake-too-small': 'has too little stake',
}

/** Providers that can serve a model now, cheapest first and warm before cold, and why the others cannot. */
export async function findProviders(
  context: JobContext,
  options: FindProvidersOptions,
): Promise<{ candidates: Candidate[]; refusals: Refusal[] }> {
  const { provider } = options
  const listed = await listProviders(context.client, { provider })
  const answers = await Promise.all(listed.map((each) => ask(context, { ...options, listed: each })))
  const candidates = answers.filter((answer) => 'isWarm' in answer)
  candidates.sort((a, b) => Number(a.priceUsdc - b.priceUsdc) || Number(b.isWarm) - Number(a.isWarm))
  return { candidates, refusals: answers.filter((answer) => 'code' in answer) }
}

async function ask(
  { client, signal }: JobContext,
  { listed, modelKey, floorUsdc, maxPriceUsdc }: FindProvidersOptions & { listed: ListedProvider },
): Promise<Candidate | Refusal> {
  const { provider, endpoint } = listed
  const refuse = (code: string, reason: string) => ({ provider, endpoint, code, reason })
  const [problem] = listed.problems
  if (problem !== undefined)
    return refuse(`PROVIDER_${problem.replaceAll('-', '_').toUpperCase()}`, problems[problem])
  try {
    const info = await getNodeInfo(endpoint, { signal, timeoutMs: 5_000 })
    if (!isSameNetwork(info, client.dim)) return refuse('WRONG_CHAIN', 'works with other contracts')
    const model = info.models.find((served) => served.modelKey === modelKey)
    if (model === undefined) return refuse('MODEL_NOT_SERVED', 'does not serve the model')
    const priceUsdc = floorUsdc + model.askUsdc
    if (priceUsdc <= maxPriceUsdc) return { ...listed, priceUsdc, isWarm: model.state === 'warm' }
    return { ...refuse('PRICE_ABOVE_LIMIT', `asks ${priceUsdc} (USDC 1e-6)`), priceUsdc }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof BaseError) return { ...refuse(error.code, 'does not answer'), cause: error }
    throw error
  }
}

function isSameNetwork(info: NodeInfo.NodeInfo, dim: JobContext['client']['dim']): boolean {
  return info.chainId === dim.chainId && info.contracts.jobEscrow === dim.jobEscrow
}
