import type { WorkerFaultCode } from '../protocol.ts'

/** A failure inside a worker, on its way to the parent, which makes a coded error of it. */
export class WorkerFault extends Error {
  readonly code: WorkerFaultCode
  constructor(code: WorkerFaultCode, message: string) {
    super(message)
    this.code = code
  }
}
