import type { LoadedConfig } from './config.ts'
import { redactUrl } from './redactUrl.ts'

export type ConfigRow = { key: string; value: string; origin: 'default' | 'file' | 'env'; source?: string }

const WITH_SECRETS = ['chain.rpcUrl', 'ipfs.apiUrl']

const show = (key: string, value: unknown): string => {
  if (value === undefined) return '–'
  if (WITH_SECRETS.includes(key)) return redactUrl(String(value))
  if (typeof value !== 'object') return String(value)
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner))
}

/** What `config show --origin` prints: every setting, its value without secrets, and where it came from. */
export function configRows({ config, origins }: LoadedConfig): readonly ConfigRow[] {
  const sections = config as unknown as Record<string, Record<string, unknown>>
  return Object.entries(origins).map(([key, origin]) => {
    const [section = '', name = ''] = key.split('.')
    return { key, value: show(key, sections[section]?.[name]), ...origin }
  })
}
