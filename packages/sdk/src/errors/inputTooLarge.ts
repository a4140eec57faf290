import { BaseError } from './baseError.ts'

/** The input is larger than the model or the provider takes. */
export class InputTooLargeError extends BaseError {
  override readonly code = 'INPUT_TOO_LARGE'
  readonly bytes: number
  readonly maxBytes: number

  constructor({ bytes, maxBytes }: { bytes: number; maxBytes: number }) {
    super(`The input has ${bytes} bytes; at most ${maxBytes} are taken.`, {
      charged: 'Nothing was charged.',
      hint: 'Send a smaller input, or choose a provider with a higher limit.',
    })
    this.bytes = bytes
    this.maxBytes = maxBytes
  }
}
