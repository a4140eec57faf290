export type ModelTensor = { name: string; dtype: string; dims: readonly (number | string)[] }

export type ModelReport = {
  bytes: number
  opset: number
  irVersion: number
  producer: string
  inputs: readonly ModelTensor[]
  outputs: readonly ModelTensor[]
  operators: readonly { domain: string; name: string; count: number }[]
  parameters: bigint
  externalData: readonly string[]
}

/** Reads a model file without running it. Fails with NOT_AN_ONNX_FILE, MODEL_TRUNCATED, OPSET_UNSUPPORTED, OPERATOR_UNKNOWN… */
export declare function validateModel(source: string | Uint8Array): Promise<ModelReport>
