import { type Hex, sha256 } from 'viem'
import { refToCid } from '../crypto/cid.ts'
import { putBlock } from '../http/putBlock.ts'

type PushOptions = { blocks: readonly Uint8Array[]; quoteNonce: Hex; signal: AbortSignal }

/** Pushes the blocks of an input, the root first, and resolves when each is acknowledged. */
export async function pushBlocks(
  endpoint: string,
  { blocks, quoteNonce, signal }: PushOptions,
): Promise<void> {
  for (const bytes of blocks) {
    await putBlock(endpoint, { cid: refToCid(sha256(bytes)), bytes, quoteNonce, signal })
  }
}
