import { type Address, type Hex, keccak256 } from 'viem'
import type { Fees } from './chooseFees.ts'
import type { Intent } from './intentStore.ts'
import type { Sending } from './sending.ts'

/** Signs an intent and records the signed form, before anybody is shown it. */
export async function signVersion(sending: Sending, intent: Intent, fees: Fees): Promise<Intent> {
  const { account, chainId, intents, now } = sending
  const raw = await account.signTransaction({
    type: 'eip1559',
    chainId,
    nonce: intent.nonce ?? 0,
    to: intent.to as Address,
    data: intent.data as Hex,
    value: BigInt(intent.valueWei),
    gas: BigInt(intent.gas ?? 0),
    ...fees,
  })
  return intents.addVersion(intent, {
    nonce: intent.nonce ?? 0,
    hash: keccak256(raw),
    raw,
    maxFeePerGas: fees.maxFeePerGas.toString(),
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas.toString(),
    signedAtMs: now(),
  })
}
