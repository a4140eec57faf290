import { BaseError } from '@dim/sdk'

const charged = 'Nothing was charged.'

/** The bytes are no ONNX model. */
export class NotAnOnnxFileError extends BaseError {
  override readonly code = 'NOT_AN_ONNX_FILE'
  constructor(details: string, cause?: unknown) {
    super('The model was not read: the file is not an ONNX model.', {
      charged,
      details,
      cause,
      hint: 'Export the model to ONNX (.onnx); .ort, .pt, .tflite and .gguf files are not ONNX.',
    })
  }
}

/** The file ends in the middle of the model. */
export class ModelTruncatedError extends BaseError {
  override readonly code = 'MODEL_TRUNCATED'
  constructor(missingBytes: number) {
    super('The model was not read: the file ends in the middle of the model.', {
      charged,
      details: `at least ${missingBytes} bytes are missing`,
      hint: 'Copy or export the file again and compare its size with the original.',
    })
  }
}

/** The file is larger or more deeply nested than anything honest. */
export class ModelTooComplexError extends BaseError {
  override readonly code = 'MODEL_TOO_COMPLEX'
  constructor(found: string, limit: string) {
    super(`The model was not read: it has ${found}; the limit is ${limit}.`, {
      charged,
      hint: 'Store weights as raw data or external data, and simplify the graph before the export.',
    })
  }
}

/** The model needs an operator set that the engine does not have. */
export class OpsetUnsupportedError extends BaseError {
  override readonly code = 'OPSET_UNSUPPORTED'
  constructor(opset: number, range: { min: number; max: number }, domain = 'ai.onnx') {
    super(
      `The model was refused: it uses operator set ${opset} of ${domain}; ${range.min} to ${range.max} are supported.`,
      {
        charged,
        hint: `Convert it, for instance to operator set ${Math.min(range.max, 21)}.`,
      },
    )
  }
}

/** The file is written in a newer form of ONNX than the engine reads. */
export class IrVersionUnsupportedError extends BaseError {
  override readonly code = 'IR_VERSION_UNSUPPORTED'
  constructor(irVersion: number, range: { min: number; max: number }) {
    super(
      `The model was refused: it has IR version ${irVersion}; ${range.min} to ${range.max} are supported.`,
      { charged, hint: `Export it again with IR version ${Math.min(range.max, 10)}.` },
    )
  }
}

/** The file trains a model, instead of running it. */
export class ModelTrainingGraphError extends BaseError {
  override readonly code = 'MODEL_TRAINING_GRAPH'
  constructor(details: string) {
    super('The model was refused: it is a graph for training.', {
      charged,
      details,
      hint: 'Export the model for inference, without optimiser and gradients.',
    })
  }
}

/** The file is one thing and the manifest says another. */
export class ModelManifestMismatchError extends BaseError {
  override readonly code = 'MODEL_MANIFEST_MISMATCH'
  constructor(path: string, { found, stated }: { found: string; stated: string }) {
    super(`The model is not served: its manifest states ${path} ${stated}, its file has ${found}.`, {
      charged,
      hint: 'The publisher has to publish it again with "dim model deploy", which reads this from the file.',
    })
  }
}

/** Nothing on this node runs files of this format. */
export class ModelFormatUnsupportedError extends BaseError {
  override readonly code = 'MODEL_FORMAT_UNSUPPORTED'
  constructor(format: string) {
    super(`The model is not served: it has the format ${format}, the node's own runtime runs onnx.`, {
      charged,
      hint: 'Export it to ONNX, or serve it by an engine of its own beside the node.',
    })
  }
}

/** The model uses an operator that neither ONNX nor the model defines. */
export class OperatorUnknownError extends BaseError {
  override readonly code = 'OPERATOR_UNKNOWN'
  constructor(operators: readonly string[]) {
    super(`The model was refused: nobody defines the operator ${operators.join(', ')}.`, {
      charged,
      hint: 'Export the model with standard ONNX operators; custom operators cannot run on a stranger’s machine.',
    })
  }
}

/** A weights file lies where no model file may lie. */
export class ExternalDataRefusedError extends BaseError {
  override readonly code = 'EXTERNAL_DATA_REFUSED'
  constructor(location: string, reason: string) {
    super(`The model was refused: its external data "${location}" ${reason}.`, {
      charged,
      hint: 'Keep all weights beside the .onnx file and refer to them by a relative path.',
    })
  }
}

/** The interface is something that cannot be described to a client. */
export class ModelInterfaceUnsupportedError extends BaseError {
  override readonly code = 'MODEL_INTERFACE_UNSUPPORTED'
  constructor(reason: string) {
    super(`The model was refused: ${reason}.`, {
      charged,
      hint: 'Inputs and outputs must be tensors of a numeric type, bool or string.',
    })
  }
}

/** A file could not be read from the disk. */
export class ModelFileUnreadableError extends BaseError {
  override readonly code = 'MODEL_FILE_UNREADABLE'
  constructor(path: string, cause: unknown) {
    super(`The model was not read: "${path}" cannot be opened.`, {
      charged,
      cause,
      hint: 'Check the path and the permissions of the file.',
    })
  }
}

/** What came from the network is not the file that the manifest names. */
export class ModelFileMismatchError extends BaseError {
  override readonly code = 'MODEL_FILE_MISMATCH'
  constructor(path: string, details: string) {
    super(`The model was not stored: its file "${path}" is not the one that the manifest names.`, {
      charged,
      details,
      hint: 'Fetch it from another provider; if it persists, the publisher’s manifest is wrong.',
      retryable: true,
    })
  }
}

/** On this machine the model gives other answers than its publisher states. */
export class ModelGoldenMismatchError extends BaseError {
  override readonly code = 'MODEL_GOLDEN_MISMATCH'
  constructor(modelKey: string, executionProvider: string, details: string) {
    super(
      `Model ${modelKey} is not served on ${executionProvider}: its outputs differ from the published ones.`,
      {
        charged,
        details,
        hint: 'Serve it on another execution provider, or ask the publisher for a wider tolerance.',
      },
    )
  }
}

/** The model cannot be stored without deleting one that is pinned or in use. */
export class ModelCacheFullError extends BaseError {
  override readonly code = 'MODEL_CACHE_FULL'
  constructor(modelKey: string, { bytes, maxBytes }: { bytes: number; maxBytes: number }) {
    super(`Model ${modelKey} of ${bytes} bytes was not stored: the cache of ${maxBytes} bytes is taken.`, {
      charged,
      hint: 'Unpin a model or raise the size of the cache in the configuration.',
      retryable: true,
    })
  }
}

/** The cache was closed. */
export class ModelCacheClosedError extends BaseError {
  override readonly code = 'MODEL_CACHE_CLOSED'
  constructor() {
    super('The model was not opened: the node is shutting down.', { charged, retryable: true })
  }
}

/** Inputs that do not fit the manifest. */
export class InputInvalidError extends BaseError {
  override readonly code = 'INPUT_INVALID'
  readonly path: string
  readonly expected: string
  constructor({ path, expected, found }: { path: string; expected: string; found: string }) {
    super(`The inputs were refused: "${path}" is ${found}, where the model wants ${expected}.`, {
      charged,
      hint: 'Correct this input and send the request again.',
    })
    this.path = path
    this.expected = expected
  }
}

/** A file cannot become the tensors of a model. */
export class InputFileInvalidError extends BaseError {
  override readonly code = 'INPUT_FILE_INVALID'
  constructor(kind: string, reason: string, cause?: unknown) {
    super(`The ${kind} file was not used: ${reason}.`, {
      charged,
      cause,
      hint: 'See what the model takes with "dim model show".',
    })
  }
}
