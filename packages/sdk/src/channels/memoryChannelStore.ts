import type { Hex } from 'viem'
import type { z } from 'zod'
import { parseMessage, toJson } from '../messages/codec.ts'
import type { ChannelStore } from './channelStore.ts'

type Recorded = { readonly channelId: Hex }

/**
 * Makes a channel store that lives as long as the process: for tests, and for payers that recover by the receiver's word.
 *
 * @param schema `payerRecordSchema` or `receiverRecordSchema`.
 * @example
 * const channel = createPayerChannel(writer, { config, store: createMemoryChannelStore(payerRecordSchema), maxRequestUsdc: 5_000n })
 */
export function createMemoryChannelStore<S extends z.ZodType<Recorded>>(
  schema: S,
): ChannelStore<z.output<S>> {
  const records = new Map<Hex, string>()
  const read = (channelId: Hex): z.output<S> | undefined => {
    const text = records.get(channelId)
    return text === undefined ? undefined : parseMessage('ChannelRecord', schema, JSON.parse(text))
  }
  return {
    async get(channelId) {
      return read(channelId)
    },
    async list() {
      return [...records.keys()].flatMap((channelId) => read(channelId) ?? [])
    },
    async update(channelId, change) {
      const changed = change(read(channelId))
      records.set(channelId, JSON.stringify(toJson('ChannelRecord', schema, changed)))
      return changed
    },
  }
}
