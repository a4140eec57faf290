import { BaseError, getNodeInfo } from '@dim/sdk'
import type { Address, Hex } from 'viem'

export type Offer = { provider: Address; endpoint: string; askUsdc: bigint; state: 'warm' | 'cold' }

/** Who serves which model now and for how much, by asking every node; one that does not answer offers nothing. */
export async function readOffers(endpoints: readonly string[]): Promise<ReadonlyMap<Hex, readonly Offer[]>> {
  const offers = new Map<Hex, Offer[]>()
  const answers = await Promise.all(endpoints.map(ask))
  for (const { modelKey, offer } of answers.flat())
    offers.set(modelKey, [...(offers.get(modelKey) ?? []), offer])
  return offers
}

async function ask(endpoint: string): Promise<readonly { modelKey: Hex; offer: Offer }[]> {
  try {
    const { address, models } = await getNodeInfo(endpoint, { timeoutMs: 3_000 })
    return models.map(({ modelKey, askUsdc, state }) => ({
      modelKey,
      offer: { provider: address, endpoint, askUsdc, state },
    }))
  } catch (error) {
    if (error instanceof BaseError) return []
    throw error
  }
}
