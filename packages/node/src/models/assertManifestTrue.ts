import { join } from 'node:path'
import type { ModelManifest } from '@dim/sdk'
import { ModelFormatUnsupportedError, ModelManifestMismatchError } from './errors.ts'
import { type ModelReport, type ModelTensor, validateModel } from './validate.ts'

type Manifest = ModelManifest.ModelManifest
type Statement = { path: string; stated: string; found: string }

/**
 * Reads a stored model once more before it is loaded, as at its publication, and checks what its manifest states about it:
 * precision, operators, interface and weights files. Fails as `validateModel`, and with MODEL_MANIFEST_MISMATCH or
 * MODEL_FORMAT_UNSUPPORTED.
 */
export async function assertManifestTrue(manifest: Manifest, dir: string): Promise<void> {
  if (manifest.format !== 'onnx') throw new ModelFormatUnsupportedError(manifest.format)
  const report = await validateModel(join(dir, manifest.entry))
  for (const { path, stated, found } of statements(manifest, report)) {
    if (stated !== found) throw new ModelManifestMismatchError(path, { stated, found })
  }
}

function statements(manifest: Manifest, report: ModelReport): Statement[] {
  const operators = report.operators.map(({ domain, name }) => (domain === '' ? name : `${domain}.${name}`))
  return [
    { path: 'precision', stated: manifest.precision, found: report.precision },
    { path: 'opset', stated: String(manifest.opset), found: String(report.opset) },
    { path: 'operators', stated: sorted(manifest.operators), found: sorted(operators) },
    { path: 'external data', stated: sorted(weightsFiles(manifest)), found: sorted(report.externalData) },
    ...portStatements('inputs', manifest.inputs, report.inputs),
    ...portStatements('outputs', manifest.outputs, report.outputs),
  ]
}

const sorted = (names: readonly string[]): string => [...names].sort().join(', ')

const weightsFiles = ({ files }: Manifest) =>
  files.filter(({ role }) => role === 'external-data').map(({ path }) => path)

function portStatements(
  side: 'inputs' | 'outputs',
  stated: readonly ModelManifest.Port[],
  found: readonly ModelTensor[],
): Statement[] {
  const names = (ports: readonly { name: string }[]) => ports.map(({ name }) => name).join(', ')
  return [
    { path: side, stated: names(stated), found: names(found) },
    ...found.flatMap((tensor) => {
      const port = stated.find(({ name }) => name === tensor.name)
      if (port === undefined) return []
      return [{ path: `${side}.${port.name}`, stated: shapeOf(port, tensor), found: shapeOf(tensor, tensor) }]
    }),
  ]
}

/** A manifest may name or fix a dimension that the file leaves open; one that the file fixes it has to repeat. */
function shapeOf({ dtype, dims }: ModelTensor | ModelManifest.Port, inFile: ModelTensor): string {
  const sizes = dims.map((dim, axis) => (typeof inFile.dims[axis] === 'string' ? '?' : dim))
  return `${dtype}[${sizes.join(', ')}]`
}
