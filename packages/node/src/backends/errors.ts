import { BaseError } from '@dim/sdk'

const charged = 'Nothing was charged.'

/** Why, with the error of the socket or the words of the server. */
type Because = { cause?: unknown; details?: string }

/** Messages reach clients; where an operator's engine stands is for the operator's log only. */
function at(url: string, { cause, details }: Because = {}) {
  const why = details ?? (cause instanceof Error ? cause.message : undefined)
  return {
    charged,
    details: why === undefined ? url : `${url}: ${why}`,
    ...(cause === undefined ? {} : { cause }),
  }
}

/** The server is not there, or says that it cannot work now. */
export class BackendUnavailableError extends BaseError {
  override readonly code = 'BACKEND_UNAVAILABLE'
  constructor(url: string, why: string, because: Because = {}) {
    super(`The engine ${why}.`, {
      ...at(url, because),
      hint: 'Start the engine or correct its url under backends; "dim node doctor" tries it.',
      retryable: true,
    })
  }
}

export type BackendPhase = 'connect' | 'first token' | 'next token' | 'whole answer'

/** The server took longer than one of its limits. */
export class BackendTimedOutError extends BaseError {
  override readonly code = 'BACKEND_TIMED_OUT'
  readonly phase: BackendPhase
  constructor(url: string, phase: BackendPhase, timeoutMs: number) {
    super(`The engine did not answer in time: ${phase}, ${timeoutMs} ms.`, {
      ...at(url),
      hint: 'Look at the load of the engine, or raise this limit under backends.limits.',
      retryable: true,
    })
    this.phase = phase
  }
}

/** The answer is not what the protocol or the manifest says. */
export class BackendAnswerInvalidError extends BaseError {
  override readonly code = 'BACKEND_ANSWER_INVALID'
  constructor(url: string, why: string, because: Because = {}) {
    super(`The engine gave an answer that was not used: ${why}.`, {
      ...at(url, because),
      hint: 'Check that the url is that of the named protocol and that the engine holds the model of the manifest.',
    })
  }
}

/** The answer is larger than the node or the manifest allows. */
export class BackendAnswerTooLargeError extends BaseError {
  override readonly code = 'BACKEND_ANSWER_TOO_LARGE'
  constructor(url: string, maxBytes: number) {
    super(`The engine gave an answer of more than ${maxBytes} bytes.`, {
      ...at(url),
      hint: 'Ask for less, or raise maxAnswerBytes under backends.limits.',
    })
  }
}

/** The connection ended in the middle of an answer. */
export class BackendDiedMidStreamError extends BaseError {
  override readonly code = 'BACKEND_DIED_MID_STREAM'
  /** What had come until then. */
  readonly receivedBytes: number
  constructor(url: string, receivedBytes: number, because: Because = {}) {
    super(`The engine ended in the middle of an answer, after ${receivedBytes} bytes.`, {
      ...at(url, because),
      hint: 'Look at the log of the engine; the run is tried again.',
      retryable: true,
    })
    this.receivedBytes = receivedBytes
  }
}

/** The server does not take the request. */
export class BackendRefusedError extends BaseError {
  override readonly code = 'BACKEND_REFUSED'
  constructor(url: string, status: string, because: Because = {}) {
    super(`The engine refused the request: ${status}.`, {
      ...at(url, because),
      hint: 'Check the inputs, and the name of the model under backends.',
    })
  }
}

/** The server wants another key, or any. */
export class BackendUnauthorizedError extends BaseError {
  override readonly code = 'BACKEND_UNAUTHORIZED'
  constructor(url: string, status: string, because: Because = {}) {
    super(`The engine refused the key of this node: ${status}.`, {
      ...at(url, because),
      hint: 'Set the environment variable that backends.apiKeyEnv names to a key that the engine knows.',
    })
  }
}

/** The server points elsewhere; a prompt goes only where the operator said. */
export class BackendRedirectedError extends BaseError {
  override readonly code = 'BACKEND_REDIRECTED'
  constructor(url: string, status: string) {
    super(`The engine points to another address (${status}), which is not followed.`, {
      ...at(url),
      hint: 'Write the final address under backends.',
    })
  }
}

/** The server reports a failure of its own. */
export class BackendFailedError extends BaseError {
  override readonly code = 'BACKEND_FAILED'
  constructor(url: string, status: string, because: Because = {}) {
    super(`The engine failed: ${status}.`, {
      ...at(url, because),
      hint: 'Look at the log of the engine; the run is tried again.',
      retryable: true,
    })
  }
}

/** The engine's protocol has no such element type. */
export class BackendDtypeUnsupportedError extends BaseError {
  override readonly code = 'BACKEND_DTYPE_UNSUPPORTED'
  constructor(tensor: string, why: string) {
    super(`The tensor "${tensor}" cannot be exchanged with the engine: ${why}.`, {
      charged,
      hint: 'Use gRPC or a server with the binary tensor extension, or another element type.',
    })
  }
}

/** The manifest and the engine's model do not fit each other. */
export class BackendInterfaceMismatchError extends BaseError {
  override readonly code = 'BACKEND_INTERFACE_MISMATCH'
  constructor(model: string, why: string) {
    super(`The engine's model "${model}" is not served: ${why}.`, {
      charged,
      hint: 'Name the model that the manifest describes under backends, or correct the manifest.',
    })
  }
}

/** The engine gives other answers than the publisher states. */
export class BackendGoldenMismatchError extends BaseError {
  override readonly code = 'BACKEND_GOLDEN_MISMATCH'
  constructor(model: string, details: string) {
    super(`The engine's model "${model}" is not served: its outputs differ from the published ones.`, {
      details,
      charged,
      hint: 'Load the very weights that the manifest names, or ask the publisher for a wider tolerance.',
    })
  }
}

/** A format that the node's own runtime cannot run, without an engine for it. */
export class EngineMissingError extends BaseError {
  override readonly code = 'ENGINE_MISSING'
  constructor(modelKey: string, format: string) {
    super(`Model ${modelKey} is not served: no engine is configured for its format "${format}".`, {
      charged,
      hint: 'Name a server that runs it under backends, with this modelKey or the name of the model.',
    })
  }
}
