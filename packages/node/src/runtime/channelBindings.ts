import type { TensorSet } from '@dim/sdk'
import { paddedBytes } from './paddedBytes.ts'
import type { WireTensor } from './protocol.ts'

const most = 16
const mostSeen = 256
/** Larger tensors cost more to copy than a header costs to read, and a worker keeps room for each binding. */
const mostBytes = 4 * 1024 * 1024

export type Binding = {
  readonly number: number
  readonly inputBytes: number
  /** `new` until a run asks the worker to bind it, `asked` until the worker has answered. */
  state: 'new' | 'asked' | 'bound' | 'refused'
  outputs: { tensors: readonly WireTensor[]; bytes: number }
  inFlight: number
}

export type ChannelBindings = {
  /** Undefined for a shape that is not worth a number, or while none is free: the run travels with its header. */
  find(signature: string, inputs: TensorSet.TensorSet): Binding | undefined
}

/**
 * Numbers under which a worker knows the shapes of runs. A shape gets one when it comes for the second time; the least
 * recently used gives its number up, which the worker learns by the number being bound anew.
 */
export function createChannelBindings(): ChannelBindings {
  const bindings = new Map<string, Binding>()
  const seen = new Set<string>()

  const takeNumber = (): number | undefined => {
    if (bindings.size < most) return bindings.size
    for (const [signature, binding] of bindings) {
      if (binding.inFlight > 0) continue
      bindings.delete(signature)
      return binding.number
    }
    return undefined
  }

  const create = (signature: string, inputs: TensorSet.TensorSet): Binding | undefined => {
    if (!seen.has(signature)) {
      if (seen.size >= mostSeen) seen.clear()
      seen.add(signature)
      return undefined
    }
    const inputBytes = boundBytes(inputs)
    const number = inputBytes === undefined ? undefined : takeNumber()
    if (inputBytes === undefined || number === undefined) return undefined
    const outputs = { tensors: [], bytes: 0 }
    const binding: Binding = { number, inputBytes, state: 'new', outputs, inFlight: 0 }
    bindings.set(signature, binding)
    return binding
  }

  return {
    find(signature, inputs) {
      const known = bindings.get(signature)
      if (known === undefined) return create(signature, inputs)
      bindings.delete(signature)
      bindings.set(signature, known)
      return known
    },
  }
}

function boundBytes(inputs: TensorSet.TensorSet): number | undefined {
  let bytes = 0
  for (const { dtype, data } of Object.values(inputs)) {
    if (dtype === 'string' || data.byteLength === 0) return undefined
    bytes += paddedBytes(data.byteLength)
  }
  return bytes > 0 && bytes <= mostBytes ? bytes : undefined
}
