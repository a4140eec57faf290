import { cidToRef, Envelope, InputTooLargeError, QuoteExpiredError, refToCid } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { Hex } from 'viem'
import type { ContentStore } from '../content/contentStore.ts'
import { verifyBlock } from '../content/verifyBlock.ts'
import { QuoteUnusableError } from '../errors/quoteUnusable.ts'
import { takeTurns } from '../lifecycle/takeTurns.ts'
import type { Db } from '../storage/database.ts'
import { asClientFault } from './asClientFault.ts'
import { collectInputs } from './collectInputs.ts'
import type { QuoteStore } from './quoteStore.ts'

export type InputStoreOptions = {
  db: Db
  /** A store of its own: what lies here is never offered to anybody. */
  content: ContentStore
  quotes: QuoteStore
  /** Chain time, seconds. */
  chainTime: () => Promise<number>
  maxBlockBytes: number
  nowMs: () => number
}

export type InputBlock = { cid: string; bytes: Uint8Array; quoteNonce: Hex }

export type InputStore = ReturnType<typeof createInputStore>

const refToStored = (ref: Hex): CID => CID.parse(refToCid(ref))

/** Blocks of an envelope are this large, but for its root and the last one. */
const USUAL_BLOCK_BYTES = 2 ** 20

const mostBlocks = (maxInputBytes: number): number => Math.ceil(maxInputBytes / USUAL_BLOCK_BYTES) + 2

async function pushed(db: Db, quoteNonce: Hex, except: string): Promise<{ blocks: number; bytes: number }> {
  const row = await db
    .selectFrom('pushedBlocks')
    .select(({ fn }) => [fn.sum<number | null>('bytes').as('bytes'), fn.countAll<number>().as('blocks')])
    .where('quoteNonce', '=', quoteNonce)
    .where('cid', '!=', except)
    .executeTakeFirst()
  return { blocks: Number(row?.blocks ?? 0), bytes: Number(row?.bytes ?? 0) }
}

async function missingBlocks(content: ContentStore, inputRef: Hex): Promise<string[]> {
  const root = refToStored(inputRef)
  if (!(await content.has(root))) return [root.toString()]
  const block = await content.getBlock(root)
  const refs = await asClientFault('its envelope is broken', () => Envelope.chunkRefs(block))
  const absent: string[] = []
  for (const ref of new Set(refs)) {
    const cid = refToStored(ref)
    if (!(await content.has(cid))) absent.push(cid.toString())
  }
  return absent
}

/** Blocks of sealed inputs, pushed under live quotes. */
export function createInputStore(options: InputStoreOptions) {
  const { db, content, quotes, chainTime, maxBlockBytes, nowMs } = options
  // What is allowed is known only when the block before is written down.
  const inTurn = takeTurns()

  const getLiveQuote = async (quoteNonce: Hex) => {
    const stored = await quotes.get(quoteNonce)
    if (stored === undefined) throw new QuoteUnusableError('QUOTE_UNKNOWN', quoteNonce)
    const now = await chainTime()
    const { expiresAt } = stored.quote
    if (now > expiresAt) throw new QuoteExpiredError({ expiresAt, chainTime: now })
    return stored.quote
  }

  /** Bytes that one block may have: what its quote has left, at most one block. */
  const allowance = async ({ cid, quoteNonce }: { cid: string; quoteNonce: Hex }): Promise<number> => {
    const { maxInputBytes } = await getLiveQuote(quoteNonce)
    const { blocks, bytes } = await pushed(db, quoteNonce, cid)
    const left = blocks < mostBlocks(maxInputBytes) ? maxInputBytes - bytes : 0
    return Math.max(0, Math.min(left, maxBlockBytes))
  }

  const record = async ({ cid, bytes, quoteNonce }: InputBlock): Promise<void> => {
    const row = { quoteNonce, cid, bytes: bytes.length, createdAtMs: nowMs() }
    await db
      .insertInto('pushedBlocks')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }

  const store = async (block: InputBlock): Promise<'stored' | 'present'> => {
    const { cid, bytes } = block
    const maxBytes = await allowance(block)
    if (bytes.length > maxBytes) throw new InputTooLargeError({ bytes: bytes.length, maxBytes })
    const parsed = refToStored(cidToRef(cid))
    verifyBlock(parsed, bytes, 'the sender')
    const isPresent = await content.has(parsed)
    await record(block)
    if (!isPresent) await content.putBlock(parsed, bytes)
    await content.pin(parsed, block.quoteNonce)
    return isPresent ? 'present' : 'stored'
  }

  return {
    allowance,

    /** CIDs of the input's blocks that are not here. */
    missing: (inputRef: Hex) => missingBlocks(content, inputRef),

    collect: () => collectInputs({ db, content, chainTime, inTurn }),

    /** Resolves when the block would survive a power cut. The same block again changes nothing. */
    put: (block: InputBlock): Promise<'stored' | 'present'> => inTurn(() => store(block)),

    getBlock: (ref: Hex): Promise<Uint8Array> => content.getBlock(refToStored(ref)),
  }
}
