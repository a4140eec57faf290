import { fromBinary } from '@bufbuild/protobuf'
import { type ModelProto, ModelProtoSchema } from 'onnx-buf'
import { ModelTruncatedError, NotAnOnnxFileError } from './errors.ts'
import { assertBoundedOnnx, limits } from './onnxWire.ts'

const ortMagic = 'ORTM'

/** Decodes a .onnx file within bounds of depth, nodes and memory; raw weights stay views of `bytes`. */
export function decodeOnnx(bytes: Uint8Array): ModelProto {
  if (new TextDecoder('latin1').decode(bytes.subarray(4, 8)) === ortMagic) {
    throw new NotAnOnnxFileError('this is a file in ONNX Runtime’s own format (.ort)')
  }
  assertBoundedOnnx(bytes)
  const model = decode(bytes)
  if (model.graph === undefined) throw new NotAnOnnxFileError('it has no graph')
  if (model.opsetImport.length === 0) throw new ModelTruncatedError(1)
  return model
}

function decode(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false, recursionLimit: limits.depth * 2 })
  } catch (cause) {
    throw new NotAnOnnxFileError('its structure is broken', cause)
  }
}
