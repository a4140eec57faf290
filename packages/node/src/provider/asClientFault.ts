import { BaseError } from '@dim/sdk'
import { InputRejectedError } from '../errors/inputRejected.ts'

/** Faults of the disk are not the client's: they are thrown as they are and the job is tried again. */
const clientCodes = /^(ENVELOPE|PAYLOAD|TENSOR|JOB_SPEC|CANONICAL)_/

/** Runs a step of opening an input; what only the client can have caused is thrown as `INPUT_NOT_OPENABLE`. */
export async function asClientFault<T>(what: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof BaseError) || !clientCodes.test(error.code)) throw error
    throw new InputRejectedError('INPUT_NOT_OPENABLE', `${what}: ${error.shortMessage}`, error)
  }
}
