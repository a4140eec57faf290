import type { PublishOptions } from '../publish.ts'

export type SeedModel = {
  readonly name: 'voice-activity' | 'symbol-classifier' | 'line-reader'
  /** What `buildManifest` takes, without publisher and salt; golden inputs are real ones. */
  prepare(): Promise<{ onnxPath: string; options: Omit<PublishOptions, 'publisher' | 'salt'> }>
}
