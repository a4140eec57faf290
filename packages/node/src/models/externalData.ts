import { realpathSync, statSync } from 'node:fs'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { TensorProto_DataLocation as DataLocation, type ModelProto, type TensorProto } from 'onnx-buf'
import { ExternalDataRefusedError } from './errors.ts'
import { allTensors } from './onnxGraphs.ts'

const maxLocationLength = 512

/** Bytes that a weights file must have, by its relative path; refuses every path that leaves the model's directory. */
export function externalDataOf(model: ModelProto): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const tensor of allTensors(model)) {
    if (tensor.dataLocation !== DataLocation.EXTERNAL) continue
    const location = entryOf(tensor, 'location') ?? ''
    assertInside(location)
    const path = normalize(location)
    sizes.set(path, Math.max(sizes.get(path) ?? 0, endOf(tensor, location)))
  }
  return new Map([...sizes].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const entryOf = ({ externalData }: TensorProto, key: string): string | undefined =>
  externalData.find((entry) => entry.key === key)?.value

/** Where a tensor ends in its file; without a length it has what its shape needs, which the engine checks. */
function endOf(tensor: TensorProto, location: string): number {
  const [offset = 0, length = 0] = ['offset', 'length'].map((key) => {
    const text = entryOf(tensor, key) ?? '0'
    if (!/^\d{1,15}$/.test(text))
      throw new ExternalDataRefusedError(location, `has the ${key} "${text.slice(0, 32)}"`)
    return Number(text)
  })
  return offset + length
}

/** Checks that a weights file is there in full and is no link out of the model's directory; answers its size. */
export function sizeOfExternalFile(dir: string, location: string, neededBytes: number): number {
  const { size } = statSync(resolveInside(dir, location))
  if (size < neededBytes)
    throw new ExternalDataRefusedError(location, `has ${size} bytes, where the model wants ${neededBytes}`)
  return size
}

function resolveInside(dir: string, location: string): string {
  let target: string
  try {
    target = realpathSync(join(dir, location))
  } catch {
    throw new ExternalDataRefusedError(location, 'does not exist')
  }
  if (!target.startsWith(realpathSync(dir) + sep)) {
    throw new ExternalDataRefusedError(location, 'is a link out of the directory of the model')
  }
  return target
}

function assertInside(location: string): void {
  if (location === '' || location.length > maxLocationLength || location.includes('\0')) {
    throw new ExternalDataRefusedError(location.slice(0, 64), 'is not a file name')
  }
  // The engine takes this form as an address in its own memory.
  if (location.includes('_ORT_MEM_ADDR_'))
    throw new ExternalDataRefusedError(location, 'is an address, not a file')
  if (isAbsolute(location) || location.includes('\\')) {
    throw new ExternalDataRefusedError(location, 'is not a relative path')
  }
  const path = normalize(location)
  if (path === '..' || path.startsWith(`..${sep}`)) {
    throw new ExternalDataRefusedError(location, 'lies outside of the directory of the model')
  }
}
