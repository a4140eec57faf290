import { arch, platform } from 'node:os'
import { versions } from 'node:process'
import onnxruntime from 'onnxruntime-node/package.json' with { type: 'json' }

/** Names what profiles depend on besides model and execution provider: another combination is measured anew. */
export const profileOptions = (sandbox: string): string =>
  `onnxruntime-node ${onnxruntime.version}, node ${versions.node.split('.')[0]}, ${platform()}-${arch()}, ${sandbox}`
