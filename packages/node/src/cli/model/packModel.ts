import { stat } from 'node:fs/promises'
import { type Address, sha256, toBytes } from 'viem'
import { buildManifest, type PublishedModel } from '../../models/publish.ts'
import { UsageError } from '../errors/usageError.ts'
import type { Card } from './card.ts'
import type { DeployOptions } from './deployOptions.ts'
import type { Family } from './findFamily.ts'
import type { Workshop } from './workshop.ts'

export type PackOptions = {
  onnxPath: string
  card: Card
  options: DeployOptions
  family: Family | undefined
  publisher: Address
  signal: AbortSignal
}

/** A run may take what a job may take; measured times would give every deployment of one file another key. */
const runMs = 120_000

/** Builds the manifest from file, card and command line; the same again gives the same key, so a broken deployment can go on. */
export async function packModel(
  { content, pool }: Workshop,
  { onnxPath, card, options, family, publisher, signal }: PackOptions,
): Promise<PublishedModel> {
  const name = options.name ?? card.name
  if (name === undefined) throw new UsageError('A model needs a name: --name "Classifier".')
  const version = options.modelVersion ?? card.version ?? family?.version ?? '1.0.0'
  const { size } = await stat(onnxPath)
  const given = { description: options.description, task: options.task, licence: options.licence }
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return buildManifest({
    onnxPath,
    content,
    pool,
    signal,
    options: {
      ...card,
      ...stated,
      name,
      version,
      publisher,
      salt: sha256(toBytes(JSON.stringify([publisher, name, version, size]))),
      maxima: { runMs, ...card.maxima },
    },
  })
}
