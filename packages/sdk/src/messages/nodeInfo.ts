import * as z from 'zod'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, cid, endpoint, hex32, signature, uint } from './fields.ts'
import { schema as providerRecord } from './providerRecord.ts'

/** What the node measured a model to need: times in milliseconds; `batchGain` is how many times more comes out of a batch. */
const profileSchema = z.strictObject({
  loadMs: z.number().min(0),
  memoryBytes: z.int().min(0),
  runMs: z.number().min(0),
  twoThreadsMs: z.number().min(0).optional(),
  batchGain: z.number().min(0).optional(),
})

/** An execution provider, with its options, that was tried and is not used, and why. */
const refusedProviderSchema = z.strictObject({
  executionProvider: z.string().max(64),
  reason: z.string().max(512),
})

/** A model that a node serves. `askUsdc` is what it asks for one unit on top of the owner's floor, in USDC 1e-6; `warm` means that it is loaded. */
export const modelSchema = z.strictObject({
  modelKey: hex32,
  cid,
  name: z.string().max(128).optional(),
  askUsdc: uint(64),
  state: z.enum(['warm', 'cold']),
  executionProvider: z.string().max(64),
  profile: profileSchema.optional(),
  refused: z.array(refusedProviderSchema).max(64).optional(),
})

/** What a node says about itself. Trust only what `record` signs. */
export const schema = z.strictObject({
  address,
  serviceKey: address,
  record: providerRecord,
  endpoint,
  signature,
  models: z.array(modelSchema).max(4096),
  limits: z.strictObject({
    maxInputBytes: z.int().min(0),
    maxOutputBytes: z.int().min(0),
    maxBlockBytes: z.int().min(0),
    maxConcurrentJobs: z.int().min(1),
    quoteTtlSeconds: z.int().min(1),
  }),
  version: z.string().max(64),
  /** What the node runs models in: the level, and the digest of what workers run on. */
  sandbox: z.string().max(128).optional(),
  /** Execution providers that the node was to use and that this machine does not have. */
  unavailable: z.array(refusedProviderSchema).max(16).optional(),
  chainId: z.int().positive(),
  contracts: z.strictObject({
    usdc: address,
    modelRegistry: address,
    providerRegistry: address,
    jobEscrow: address,
  }),
})

/** What a node says about itself. */
export type NodeInfo = Readonly<z.output<typeof schema>>

/**
 * Reads a node's info from a parsed JSON value.
 *
 * @throws `NODE_INFO_INVALID` naming path and rule.
 * @example const info = NodeInfo.parse(await response.json())
 */
export const parse = (input: unknown): NodeInfo => parseMessage('NodeInfo', schema, input)

/**
 * Writes a node's info as a JSON value: the inverse of `parse`.
 *
 * @throws `NODE_INFO_INVALID` for a value out of the schema.
 * @example await writeFile('info.json', JSON.stringify(NodeInfo.toJson(info)))
 */
export const toJson = (info: NodeInfo): z.input<typeof schema> => writeJson('NodeInfo', schema, info)

/**
 * Canonical JSON (RFC 8785) of a node's info, as UTF-8 bytes.
 *
 * @throws `NODE_INFO_INVALID` for a value out of the schema.
 * @example const bytes = NodeInfo.canonical(info)
 */
export const canonical = (info: NodeInfo): Uint8Array => toCanonicalBytes('NodeInfo', schema, info)
