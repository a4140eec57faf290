import * as z from 'zod'
import { schema as cabinetQuery } from './cabinetQuery.ts'
import { parseJsonBytes, parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, hex32, smallUint, uint } from './fields.ts'

/** Most bytes of a job spec as canonical JSON. */
export const maxBytes = 256 * 1024

const weight = z.number().min(0)
const cabinet = z.string().min(1).max(256)
const name = z.string().min(1).max(512)

const shared = {
  dim: z.literal('job/1'),
  priority: z.enum(['low', 'normal', 'high']),
  /** Unix seconds of the chain until which the job is wanted. */
  deadline: smallUint(40).optional(),
  /** Most that the whole job may cost, in USDC 1e-6. */
  maxPriceUsdc: uint(64).optional(),
  /** `sealed`: input and result are encrypted; `public`: anybody may read them. */
  privacy: z.enum(['sealed', 'public']),
}

/** One model, one provider; with `cabinet`, the rows come from a data set of the provider, and only aggregates leave it. */
export const single = z.strictObject({
  ...shared,
  pattern: z.literal('single'),
  modelId: hex32,
  cabinet: cabinetQuery.optional(),
})

/** One model on several nodes or cabinets, whose outputs are combined. */
export const collaborative = z.strictObject({
  ...shared,
  pattern: z.literal('collaborative'),
  modelId: hex32,
  nodes: z.array(address).min(1).max(256).optional(),
  cabinets: z.array(cabinet).min(1).max(256).optional(),
  aggregation: z.strictObject({
    method: z.enum(['mean', 'weighted-mean', 'median', 'trimmed-mean', 'majority', 'concat']),
    weights: z.array(weight).max(256).optional(),
    minNodes: z.int().min(1).max(256),
  }),
})

/** Several models on the same input, whose answers must agree. */
export const comparative = z.strictObject({
  ...shared,
  pattern: z.literal('comparative'),
  modelIds: z.array(hex32).min(2).max(16),
  consensus: z.strictObject({
    method: z.enum(['majority', 'weighted', 'unanimous', 'median']),
    weights: z.array(weight).max(16).optional(),
    /** Share of the votes (of the weights) that must agree. */
    threshold: z.number().gt(0).max(1),
  }),
})

/** Where an input of a stage comes from: the job's own inputs, or an output of an earlier stage. */
export const source = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('job'), input: name }),
  z.strictObject({ from: z.literal('stage'), stage: z.int().min(0).max(15), output: name }),
])

/** Models one after another. */
export const chained = z.strictObject({
  ...shared,
  pattern: z.literal('chained'),
  stages: z
    .array(
      z.strictObject({
        modelId: hex32,
        mapping: z.record(name, source),
        onFailure: z.enum(['abort', 'retry', 'skip']),
      }),
    )
    .min(1)
    .max(16),
})

/** What a client wants done. It travels inside the input's envelope, so that `inputRef` signs it. */
export const schema = z
  .discriminatedUnion('pattern', [single, collaborative, comparative, chained])
  .check((context) => {
    for (const { path, message } of inconsistencies(context.value)) {
      context.issues.push({ code: 'custom', path, message, input: context.value })
    }
  })

/** What a client wants done, by pattern. */
export type JobSpec = Readonly<z.output<typeof schema>>

type Issue = { path: (string | number)[]; message: string }

function inconsistencies(spec: JobSpec): Issue[] {
  if (spec.pattern === 'comparative') {
    return weightsIssue(spec.consensus.weights, {
      count: spec.modelIds.length,
      path: ['consensus', 'weights'],
    })
  }
  if (spec.pattern === 'collaborative') {
    const count = (spec.nodes?.length ?? 0) + (spec.cabinets?.length ?? 0)
    return weightsIssue(spec.aggregation.weights, { count, path: ['aggregation', 'weights'] })
  }
  return spec.pattern === 'chained' ? spec.stages.flatMap(stageIssues) : []
}

function weightsIssue(
  weights: number[] | undefined,
  { count, path }: { count: number; path: string[] },
): Issue[] {
  const isRight = weights === undefined || (weights.length === count && weights.some((value) => value > 0))
  return isRight ? [] : [{ path, message: `${count} weights, one above zero at least` }]
}

function stageIssues(
  { mapping }: { mapping: Record<string, z.output<typeof source>> },
  stage: number,
): Issue[] {
  return Object.entries(mapping)
    .filter(([, from]) => from.from === 'stage' && from.stage >= stage)
    .map(([input]) => ({ path: ['stages', stage, 'mapping', input], message: 'an earlier stage' }))
}

/**
 * The spec of an ordinary job: one model, one provider.
 *
 * @param modelId The model's key.
 * @example const jobSpec = JobSpec.forModel(modelKey, { privacy: 'sealed' })
 */
export function forModel(
  modelId: z.output<typeof hex32>,
  options: Partial<Omit<z.output<typeof single>, 'dim' | 'pattern' | 'modelId'>> = {},
): JobSpec {
  return { dim: 'job/1', pattern: 'single', modelId, priority: 'normal', privacy: 'sealed', ...options }
}

/**
 * Reads a job spec from a parsed JSON value.
 *
 * @throws `JOB_SPEC_INVALID` naming path and rule.
 * @example const spec = JobSpec.parse(JSON.parse(text))
 */
export const parse = (input: unknown): JobSpec => parseMessage('JobSpec', schema, input)

/**
 * Reads a job spec from JSON bytes of at most 256 KiB.
 *
 * @throws `JOB_SPEC_INVALID` for bytes that are no JSON, and naming path and rule.
 * @example const spec = JobSpec.decode(InputPayload.decode(payload).jobSpec)
 */
export const decode = (bytes: Uint8Array): JobSpec => parseJsonBytes('JobSpec', schema, { bytes, maxBytes })

/**
 * Writes a job spec as a JSON value: the inverse of `parse`.
 *
 * @throws `JOB_SPEC_INVALID` for a value out of the schema.
 * @example await writeFile('spec.json', JSON.stringify(JobSpec.toJson(spec)))
 */
export const toJson = (spec: JobSpec): z.input<typeof schema> => writeJson('JobSpec', schema, spec)

/**
 * Canonical JSON (RFC 8785) of a job spec, as UTF-8 bytes: the inverse of `decode`.
 *
 * @throws `JOB_SPEC_INVALID` for a value out of the schema.
 * @example const bytes = JobSpec.canonical(spec)
 */
export const canonical = (spec: JobSpec): Uint8Array => toCanonicalBytes('JobSpec', schema, spec)
