import { lineReader } from './lineReader.ts'
import type { SeedModel } from './seedModel.ts'
import { symbolClassifier } from './symbolClassifier.ts'
import { voiceActivity } from './voiceActivity.ts'

/** Real models that a development network starts with; the first one is what the first job uses. */
export const seedModels: readonly SeedModel[] = [lineReader, symbolClassifier, voiceActivity]
