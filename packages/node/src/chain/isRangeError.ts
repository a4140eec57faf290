import { TimeoutError, BaseError as ViemError } from 'viem'

const TOO_MUCH = /range|limit|too (many|large|big)|exceed|more than|response size|timed? ?out/i

/** Whether an RPC refused a query of logs because it asks for too much at once: a smaller one may pass. */
export function isRangeError(error: unknown): boolean {
  if (!(error instanceof ViemError)) return false
  if (error.walk((cause) => cause instanceof TimeoutError) !== null) return true
  return TOO_MUCH.test(`${error.shortMessage} ${error.details}`)
}
