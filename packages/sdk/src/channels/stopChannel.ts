import { changePayerRecord } from './changePayerRecord.ts'
import type { PayerContext } from './payerContext.ts'
import type { PayerRecord, StopReason } from './payerRecord.ts'

/** Notes for good that nothing more is signed in a channel; the first reason stays. */
export const stopChannel = (
  context: PayerContext,
  reason: StopReason,
  change: Partial<PayerRecord> = {},
): Promise<PayerRecord> =>
  changePayerRecord(context, ({ stopped }) => ({ ...change, stopped: stopped ?? reason }))
