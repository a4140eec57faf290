import type { TensorSet } from '@dim/sdk'
import { z } from 'zod'
import { BackendAnswerInvalidError } from '../errors.ts'
import { fromJsonData, parseExactJson } from './jsonTensor.ts'
import { fromRaw } from './rawTensor.ts'

const outputSchema = z.object({
  name: z.string().max(512),
  datatype: z.string().max(32),
  shape: z.array(z.int().min(0)).max(32),
  parameters: z.object({ binary_data_size: z.int().min(0).optional() }).nullish(),
  data: z.unknown().optional(),
})

const answerSchema = z.object({ outputs: z.array(outputSchema).max(1024) })

/** Reads the answer to an inference request: JSON, and the bytes behind it of the tensors that are raw. */
export function decodeInfer(url: string, json: string, raw: Uint8Array): TensorSet.TensorSet {
  let offset = 0
  const outputs: Record<string, TensorSet.Tensor> = {}
  for (const { parameters, data, ...head } of parse(url, json)) {
    if (outputs[head.name] !== undefined) {
      throw new BackendAnswerInvalidError(url, `output "${head.name}" is there twice`)
    }
    const size = parameters?.binary_data_size
    if (size === undefined) {
      outputs[head.name] = fromJsonData(url, { ...head, data })
      continue
    }
    if (offset + size > raw.length) {
      throw new BackendAnswerInvalidError(url, `output "${head.name}" lies outside of the body`)
    }
    outputs[head.name] = fromRaw(url, { ...head, data: raw.subarray(offset, offset + size) })
    offset += size
  }
  if (offset !== raw.length) throw new BackendAnswerInvalidError(url, 'bytes follow the last output')
  return outputs
}

function parse(url: string, json: string): z.output<typeof answerSchema>['outputs'] {
  try {
    return answerSchema.parse(parseExactJson(json)).outputs
  } catch (cause) {
    throw new BackendAnswerInvalidError(url, 'it is no answer of the Open Inference Protocol', {
      cause,
      details: json.slice(0, 200),
    })
  }
}
