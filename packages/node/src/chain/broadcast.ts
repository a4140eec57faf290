import { type Client, type Hex, BaseError as ViemError } from 'viem'
import { sendRawTransaction } from 'viem/actions'

/**
 * `accepted` also when the node knew it already; `nonceUsed` when a transaction of that nonce is on the chain,
 * whichever it is; `underpriced` when the node wants more before it takes it.
 */
export type BroadcastOutcome = 'accepted' | 'nonceUsed' | 'underpriced'

const OUTCOMES: readonly (readonly [RegExp, BroadcastOutcome])[] = [
  [
    /already known|known transaction|already imported|already exists|already in (the )?(mempool|pool)/i,
    'accepted',
  ],
  [/nonce (is )?too low|nonce has already been used|old nonce|expected nonce to be .* but got/i, 'nonceUsed'],
  [
    /underpriced|fee too low|gas price too low|below (the )?base ?fee|max fee per gas less than block base fee|too low for the next block/i,
    'underpriced',
  ],
]

function outcomeOf(error: unknown): BroadcastOutcome | undefined {
  if (!(error instanceof ViemError)) return undefined
  const texts: string[] = []
  error.walk((cause) => {
    if (cause instanceof ViemError) texts.push(cause.shortMessage, cause.details)
    else if (cause instanceof Error) texts.push(cause.message)
    return false
  })
  return OUTCOMES.find(([pattern]) => texts.some((text) => pattern.test(text)))?.[1]
}

/** Shows a signed transaction to the network; throws only what says nothing about the transaction's fate. */
export async function broadcast(client: Client, raw: Hex): Promise<BroadcastOutcome> {
  try {
    await sendRawTransaction(client, { serializedTransaction: raw })
    return 'accepted'
  } catch (error) {
    const outcome = outcomeOf(error)
    if (outcome === undefined) throw error
    return outcome
  }
}
