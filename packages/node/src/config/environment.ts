import { parse as parseYaml } from 'yaml'
import { ConfigInvalidError } from './configError.ts'
import type { Leaf } from './leaves.ts'
import { nearestKey } from './nearestKey.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export type EnvironmentSetting = { leaf: Leaf; variable: string; value: unknown }

const ALIASES: Readonly<Record<string, string>> = { 'node.id': 'NODE_ID' }

const FLAGS: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false }

const snake = (text: string) => text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()

/** `chain.rpcUrl` is set by `DIM_CHAIN_RPC_URL`. */
const variableOf = (leaf: Leaf) => `DIM_${leaf.section.toUpperCase()}_${snake(leaf.name)}`

function parseValue(leaf: Leaf, text: string): unknown {
  if (leaf.kind === 'number') return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  if (leaf.kind === 'flag') return FLAGS[text.toLowerCase()] ?? text
  if (leaf.kind === 'list') {
    return /^\s*\[/.test(text) ? parseYaml(text) : text.split(',').map((item) => item.trim())
  }
  return text
}

function assertKnown(environment: Environment, leaves: readonly Leaf[]) {
  const known = leaves.map(variableOf)
  const sections = [...new Set(leaves.map((leaf) => `DIM_${leaf.section.toUpperCase()}_`))]
  const unknown = Object.keys(environment).filter(
    (name) => sections.some((section) => name.startsWith(section)) && !known.includes(name),
  )
  if (unknown.length === 0) return
  throw new ConfigInvalidError(
    unknown.map((name) => {
      const nearest = nearestKey(name, known)
      return `${name} is not a setting${nearest === undefined ? '' : `; did you mean ${nearest}`}.`
    }),
    { source: 'the environment' },
  )
}

/** The settings that environment variables give; a misspelt one is an error, not a default. */
export function environmentSettings(
  environment: Environment,
  leaves: readonly Leaf[],
): readonly EnvironmentSetting[] {
  assertKnown(environment, leaves)
  return leaves.flatMap((leaf) => {
    const variable = [variableOf(leaf), ALIASES[leaf.key]].find(
      (name) => name !== undefined && environment[name] !== undefined && environment[name] !== '',
    )
    const text = variable === undefined ? undefined : environment[variable]
    return variable === undefined || text === undefined
      ? []
      : [{ leaf, variable, value: parseValue(leaf, text) }]
  })
}
