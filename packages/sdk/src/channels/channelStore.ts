import type { Hex } from 'viem'

/**
 * Where one side keeps its channels, so that a crash at any point loses at most one request's price.
 *
 * Every method resolves only when what it wrote survives a crash.
 */
export interface ChannelStore<R extends { readonly channelId: Hex }> {
  /** The record, or `undefined`. The answer is a copy: changing it changes nothing in the store. */
  get(channelId: Hex): Promise<R | undefined>
  /** All records, in any order. */
  list(): Promise<readonly R[]>
  /** Makes or changes one record; calls for the same id take turns. What `change` throws leaves the record as it was. */
  update(channelId: Hex, change: (record: R | undefined) => R): Promise<R>
}
