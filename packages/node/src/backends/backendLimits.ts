export type BackendLimits = {
  connectMs: number
  /** From the request to the first byte of the answer's body. */
  firstTokenMs: number
  /** Between two pieces of an answer. */
  idleMs: number
  totalMs: number
  maxAnswerBytes: number
  /** Most tokens of one completion. */
  maxTokens: number
}

export const defaultBackendLimits: BackendLimits = {
  connectMs: 5_000,
  firstTokenMs: 60_000,
  idleMs: 30_000,
  totalMs: 300_000,
  maxAnswerBytes: 64 * 1_048_576,
  maxTokens: 1024,
}

/** For questions that no model has to be run for. */
export const metadataTimeoutMs = 10_000
