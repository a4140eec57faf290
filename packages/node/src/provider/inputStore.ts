import { Envelope, InputTooLargeError, QuoteExpiredError, refToCid } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { Hex } from 'viem'
import type { ContentStore } from '../content/contentStore.ts'
import { QuoteUnusableError } from '../errors/quoteUnusable.ts'
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

async function pushedBytes(db: Db, quoteNonce: Hex, except: string): Promise<number> {
  const row = await db
    .selectFrom('pushedBlocks')
    .select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'))
    .where('quoteNonce', '=', quoteNonce)
    .where('cid', '!=', except)
    .executeTakeFirst()
  return Number(row?.bytes ?? 0)
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
    const quote = await getLiveQuote(quoteNonce)
    const left = quote.maxInputBytes - (await pushedBytes(db, quoteNonce, cid))
    return Math.max(0, Math.min(left, maxBlockBytes))
  }

  return {
    allowance,

    /** CIDs of the input's blocks that are not here. */
    missing: (inputRef: Hex) => missingBlocks(content, inputRef),

    collect: () => collectInputs({ db, content, chainTime }),

    /** Resolves when the block would survive a power cut. The same block again changes nothing. */
    async put({ cid, bytes, quoteNonce }: InputBlock): Promise<'stored' | 'present'> {
      const maxBytes = await allowance({ cid, quoteNonce })
      if (bytes.length > maxBytes) throw new InputTooLargeError({ bytes: bytes.length, maxBytes })
      const parsed = CID.parse(cid)
      const isPresent = await content.has(parsed)
      if (!isPresent) await content.putBlock(parsed, bytes)
      await content.pin(parsed, quoteNonce)
      const row = { quoteNonce, cid, bytes: bytes.length, createdAtMs: nowMs() }
      await db
        .insertInto('pushedBlocks')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      return isPresent ? 'present' : 'stored'
    },

    getBlock: (ref: Hex): Promise<Uint8Array> => content.getBlock(refToStored(ref)),
  }
}
