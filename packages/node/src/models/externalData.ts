import { realpathSync } from 'node:fs'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { TensorProto_DataLocation as DataLocation, type ModelProto } from 'onnx-buf'
import { ExternalDataRefusedError } from './errors.ts'
import { allTensors } from './onnxGraphs.ts'

const maxLocationLength = 512

/** Relative paths of the weights files that a model refers to; refuses every path that leaves the model's directory. */
export function externalDataOf(model: ModelProto): string[] {
  const locations = new Set<string>()
  for (const tensor of allTensors(model)) {
    if (tensor.dataLocation !== DataLocation.EXTERNAL) continue
    const location = tensor.externalData.find((entry) => entry.key === 'location')?.value ?? ''
    assertInside(location)
    locations.add(normalize(location))
  }
  return [...locations].sort()
}

/** Checks that a weights file exists and is no link out of the model's directory. */
export function assertExternalFile(dir: string, location: string): void {
  let target: string
  try {
    target = realpathSync(join(dir, location))
  } catch {
    throw new ExternalDataRefusedError(location, 'does not exist')
  }
  if (!target.startsWith(realpathSync(dir) + sep)) {
    throw new ExternalDataRefusedError(location, 'is a link out of the directory of the model')
  }
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
