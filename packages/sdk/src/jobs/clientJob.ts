import * as z from 'zod'
import { schema as cabinetQuery } from '../messages/cabinetQuery.ts'
import { parseMessage, toJson } from '../messages/codec.ts'
import { address, endpoint, hex32, hexBytes, signature, smallUint, uint } from '../messages/fields.ts'
import { schema as jobParams } from '../messages/jobParams.ts'
import { schema as manifest } from '../messages/modelManifest.ts'
import { schema as providerRecord } from '../messages/providerRecord.ts'
import { schema as quote } from '../messages/quote.ts'

const base64 = z.codec(
  z.base64(),
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  {
    decode: (text) => z.util.base64ToUint8Array(text),
    encode: (bytes) => z.util.uint8ArrayToBase64(bytes),
  },
)

/** How far a job came, as far as the client has written down. The chain decides; this only says what was done here. */
export const clientJobStages = [
  'prepared',
  'signed',
  'opened',
  'verified',
  'accepted',
  'paid',
  'refunded',
  'abandoned',
] as const
export type ClientJobStage = (typeof clientJobStages)[number]

const authorization = z.strictObject({ validAfter: uint(64), validBefore: uint(64), signature })

/** A client's job as JSON: bigints are decimal strings, bytes are base64. */
export const clientJobSchema = z.strictObject({
  jobId: hex32,
  stage: z.enum(clientJobStages),
  /** Chain and escrow it belongs to: a reset chain shows as `CHAIN_RESET`. */
  genesisHash: hex32,
  jobEscrow: address,
  params: jobParams,
  accessProof: hexBytes(65_536),
  quote,
  quoteSignature: signature,
  provider: z.strictObject({ record: providerRecord, endpoint }),
  /** Says what the outputs must look like. */
  manifest,
  /** What was asked of a cabinet: the outputs are then its answers. */
  cabinet: cabinetQuery.optional(),
  /** Whether input and result travel in the open. */
  isPublic: z.boolean(),
  /** Salt of `inputCommit`. */
  salt: hex32,
  /** X25519 private key to which the result will be sealed. */
  replyPrivateKey: base64,
  /** Root block first, then the chunks; empty once the job is open. */
  inputBlocks: z.array(base64),
  authorization: authorization.optional(),
  /** Bytes of the verified result (`ResultPayload`), kept before it is accepted. */
  result: base64.optional(),
  acceptanceSignature: signature.optional(),
  /** Block from which the job's events are searched. */
  fromBlock: uint(64),
  createdAtMs: smallUint(48),
})

/** All that is needed to continue a job after a crash. It holds a private key: a store on disk encrypts it. */
export type ClientJob = Readonly<z.output<typeof clientJobSchema>>

/**
 * Reads a stored job from JSON.
 *
 * @throws `CLIENT_JOB_INVALID` naming path and rule.
 * @example const job = parseClientJob(JSON.parse(decrypted))
 */
export const parseClientJob = (input: unknown): ClientJob => parseMessage('ClientJob', clientJobSchema, input)

/**
 * Writes a job as a JSON value for a store: the inverse of `parseClientJob`. It contains a private key.
 *
 * @example const plaintext = JSON.stringify(formatClientJob(job))
 */
export const formatClientJob = (job: ClientJob): z.input<typeof clientJobSchema> =>
  toJson('ClientJob', clientJobSchema, job)
