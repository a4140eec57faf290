import type { z } from 'zod'
import type { EnvironmentSetting } from './environment.ts'
import type { Leaf } from './leaves.ts'
import { nearestKey } from './nearestKey.ts'

const EXAMPLES: Readonly<Record<string, string>> = {
  'http.publicUrl': 'https://dim.example.org',
  'chain.deploymentFile': './deployment.json',
  'models.serve': '[{ name: line-reader, askUsdc: 0.01 }]',
}

type Context = {
  leaves: readonly Leaf[]
  fromEnvironment: readonly EnvironmentSetting[]
  defaults: Readonly<Record<string, unknown>>
}

const example = (key: string, { defaults }: Context) =>
  `Example: ${key}: ${EXAMPLES[key] ?? JSON.stringify(defaults[key])}.`

function unknownKeys(issue: z.core.$ZodIssueUnrecognizedKeys, { leaves }: Context): string[] {
  const sections = [...new Set(leaves.map((leaf) => leaf.section))]
  return issue.keys.map((name) => {
    const key = [...issue.path, name].join('.')
    const nearest = nearestKey(key, issue.path.length === 0 ? sections : leaves.map((leaf) => leaf.key))
    return `${key} is not a setting${nearest === undefined ? '' : `; did you mean ${nearest}`}.`
  })
}

/** One sentence per broken rule: the key, the rule, where the value came from, and an example. */
export function describeIssues(error: z.ZodError, context: Context): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, context)
    const key = issue.path.slice(0, 2).join('.')
    const variable = context.fromEnvironment.find((setting) => setting.leaf.key === key)?.variable
    const origin = variable === undefined ? '' : ` (from ${variable})`
    const known = context.leaves.some((leaf) => leaf.key === key)
    const place = issue.path.length === 0 ? 'the file' : issue.path.join('.')
    return `${place}${origin}: ${issue.message}.${known ? ` ${example(key, context)}` : ''}`
  })
}
