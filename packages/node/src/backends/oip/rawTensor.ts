import { TensorSet } from '@dim/sdk'
import { BackendAnswerInvalidError } from '../errors.ts'
import { fromDatatype } from './datatypes.ts'

export type RawTensor = { name: string; datatype: string; shape: readonly number[]; data: Uint8Array }

/**
 * A tensor from the protocol's raw bytes: row-major, little-endian, strings after their length as u32. That is the layout
 * of a tensor set too, so the bytes are checked and kept.
 */
export function fromRaw(url: string, { name, datatype, shape, data }: RawTensor): TensorSet.Tensor {
  const dtype = fromDatatype(url, datatype)
  const tensor = { dtype, dims: [...shape], data: new Uint8Array(data) }
  try {
    const expected = TensorSet.tensorBytes(dtype, shape)
    // What has bits that mean nothing is looked at one by one.
    if (dtype === 'bool' || dtype === 'string') TensorSet.toTyped(tensor)
    else if (expected === data.length) return tensor
    else
      throw new BackendAnswerInvalidError(url, `output "${name}" has ${data.length} bytes, not ${expected}`)
  } catch (cause) {
    if (cause instanceof BackendAnswerInvalidError) throw cause
    const why = `output "${name}" is no ${dtype}[${shape.join(', ')}]`
    throw new BackendAnswerInvalidError(url, why, { cause })
  }
  return tensor
}
