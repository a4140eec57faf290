import type { ModelProto } from 'onnx-buf'
import { IrVersionUnsupportedError, OpsetUnsupportedError } from './errors.ts'

/** What the pinned engine implements; below operator set 7 it has nothing. */
const supported = {
  'ai.onnx': { min: 7, max: 26 },
  'ai.onnx.ml': { min: 1, max: 5 },
  'com.microsoft': { min: 1, max: 1 },
} as const

const irVersions = { min: 3, max: 13 } as const

const isRanged = (domain: string): domain is keyof typeof supported => Object.hasOwn(supported, domain)

/** Checks the versions of file and operators, those of the model's own functions too; answers the operator set of ONNX. */
export function opsetOf(model: ModelProto): number {
  const irVersion = Number(model.irVersion)
  if (irVersion < irVersions.min || irVersion > irVersions.max)
    throw new IrVersionUnsupportedError(irVersion, irVersions)
  const imports = [...model.opsetImport, ...model.functions.flatMap((fn) => fn.opsetImport)]
  for (const { domain, version } of imports) assertVersion(domain, Number(version))
  const entry = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')
  if (entry === undefined) throw new OpsetUnsupportedError(0, supported['ai.onnx'])
  return Number(entry.version)
}

function assertVersion(domain: string, version: number): void {
  const name = domain === '' ? 'ai.onnx' : domain
  if (!isRanged(name)) return
  const range = supported[name]
  if (version < range.min || version > range.max) throw new OpsetUnsupportedError(version, range, name)
}
