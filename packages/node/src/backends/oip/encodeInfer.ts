import type { TensorSet } from '@dim/sdk'
import { toDatatype } from './datatypes.ts'
import { toJsonData } from './jsonTensor.ts'
import type { InferCall } from './transport.ts'

export type EncodedInfer = { body: Uint8Array; headers: Record<string, string> }

function toInput(name: string, tensor: TensorSet.Tensor, isBinary: boolean) {
  const head = { name, datatype: toDatatype(name, tensor.dtype), shape: tensor.dims }
  return isBinary
    ? { ...head, parameters: { binary_data_size: tensor.data.length } }
    : { ...head, data: toJsonData(name, tensor) }
}

/** The body of an inference request: JSON, and with the binary extension the tensors' bytes behind it. */
export function encodeInfer({ inputs, outputs }: InferCall, isBinary: boolean): EncodedInfer {
  const tensors = Object.entries(inputs)
  const wanted = outputs?.map((name) => (isBinary ? { name, parameters: { binary_data: true } } : { name }))
  const json = Buffer.from(
    JSON.stringify({
      inputs: tensors.map(([name, tensor]) => toInput(name, tensor, isBinary)),
      ...(wanted === undefined ? {} : { outputs: wanted }),
      ...(isBinary && wanted === undefined ? { parameters: { binary_data_output: true } } : {}),
    }),
  )
  if (!isBinary) return { body: json, headers: { 'content-type': 'application/json' } }
  return {
    body: Buffer.concat([json, ...tensors.map(([, { data }]) => data)]),
    headers: {
      'content-type': 'application/octet-stream',
      'inference-header-content-length': String(json.length),
    },
  }
}
