import { ChannelConflictError } from '../errors/channelConflict.ts'
import type { PayerContext } from './payerContext.ts'
import type { PayerRecord } from './payerRecord.ts'

/** Changes the stored record, which has to be there. */
export function changePayerRecord(
  { store, channelId }: PayerContext,
  change: (record: PayerRecord) => Partial<PayerRecord>,
): Promise<PayerRecord> {
  return store.update(channelId, (record) => {
    if (record === undefined) throw new ChannelConflictError(channelId)
    return { ...record, ...change(record) }
  })
}
