import { BaseError, cidToRef } from '@dim/sdk'
import type { Hex } from 'viem'
import type { CatalogueEntry } from './catalogue.ts'

/** Nothing is registered under what the user wrote. */
export class ModelUnknownError extends BaseError {
  override readonly code = 'MODEL_UNKNOWN'

  constructor(text: string, names: readonly string[]) {
    const known =
      names.length === 0 ? 'No known node has a manifest' : `Known are ${names.slice(0, 8).join(', ')}`
    super(`No model is called "${text}".`, {
      charged: 'Nothing was charged.',
      hint: `${known}; \`dim model list\` shows all.`,
    })
  }
}

/** Several models answer to what the user wrote: a choice that only the user can make. */
export class AmbiguousModelError extends BaseError {
  override readonly code = 'AMBIGUOUS_MODEL'

  constructor(text: string, candidates: readonly CatalogueEntry[]) {
    const list = candidates.map(({ modelKey, owner }) => `${modelKey} (of ${owner})`).join(', ')
    super(`"${text}" is ambiguous: ${list}.`, {
      charged: 'Nothing was charged.',
      hint: 'Use the key of the one that you mean.',
    })
  }
}

/** The model is registered, and no known node has its manifest. */
export class ModelFilesMissingError extends BaseError {
  override readonly code = 'MANIFEST_UNAVAILABLE'

  constructor(text: string) {
    super(`No known node has the manifest of "${text}".`, {
      charged: 'Nothing was charged.',
      hint: 'Try again when one of its providers is online.',
      retryable: true,
    })
  }
}

/** By key or CID exactly that version; by name (or "family:KEY") the newest of the family; "name@version" one of it. */
export function selectModel(entries: readonly CatalogueEntry[], text: string): CatalogueEntry {
  const key = exactKey(text)
  if (key !== undefined)
    return onlyOne(
      entries.filter((entry) => entry.modelKey === key),
      entries,
      text,
    )
  if (text.startsWith('family:')) {
    const family = text.slice('family:'.length).toLowerCase()
    return onlyOne(
      entries.filter((entry) => entry.family === family && entry.modelKey === entry.latest),
      entries,
      text,
    )
  }
  return byName(entries, text)
}

function byName(entries: readonly CatalogueEntry[], text: string): CatalogueEntry {
  const [name = '', version] = text.split('@')
  const named = entries.filter((entry) => entry.manifest?.name === name && isGenuine(entry))
  if (version !== undefined)
    return onlyOne(
      named.filter((entry) => entry.manifest?.version === version),
      entries,
      text,
    )
  const newest = named.filter((entry) => entry.modelKey === entry.latest)
  const active = newest.filter((entry) => entry.status === 'active')
  return onlyOne(active.length > 0 ? active : newest, entries, text)
}

/** A key that a stranger registered before its publisher is never found by name. */
const isGenuine = ({ manifest, registrant }: CatalogueEntry) =>
  manifest?.publisher.toLowerCase() === registrant.toLowerCase()

function exactKey(text: string): Hex | undefined {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase() as Hex
  if (!/^baf[a-z2-7]{50,}$/.test(text)) return undefined
  return cidToRef(text)
}

function onlyOne(
  found: readonly CatalogueEntry[],
  all: readonly CatalogueEntry[],
  text: string,
): CatalogueEntry {
  const [first, second] = found
  if (first === undefined)
    throw new ModelUnknownError(text, [...new Set(all.flatMap(({ manifest }) => manifest?.name ?? []))])
  if (second !== undefined) throw new AmbiguousModelError(text, found)
  return first
}
