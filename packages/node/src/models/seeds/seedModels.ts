import type { PublishInput } from '../publish.ts'

export type SeedModel = {
  name: 'voice-activity' | 'symbol-classifier' | 'line-reader'
  /** What `buildManifest` wants, without publisher and salt; golden inputs come from real data. */
  prepare(): Promise<{ onnxPath: string; options: Omit<PublishInput['options'], 'publisher' | 'salt'> }>
}

export declare const seedModels: readonly SeedModel[]
