import { platform } from 'node:os'
import { z } from 'zod'
import { backendSchema } from './backendSchema.ts'
import { executionProviderNames, platformProviders } from './platformProviders.ts'

const MIB = 1_048_576

const hex32 = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, 'is not 32 bytes of hex')
  .transform((value) => value.toLowerCase() as `0x${string}`)

const port = z.int().min(0).max(65_535)

const path = z.string().min(1)

const multiaddress = z.string().regex(/^(\/[^/\s]+)+$/, 'is not a multiaddress such as /ip4/0.0.0.0/tcp/4001')

const peerAddress = multiaddress.regex(/\/p2p\/\w+$/, 'does not end in /p2p/ and the id of the peer')

/** Written in whole USDC (`0.01`), held in units of 1e-6. */
const usdc = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((value) => /^\d{1,12}(\.\d{1,6})?$/.test(value), 'is not an amount of USDC with at most 6 decimals')
  .transform((value) => {
    const [whole = '0', fraction = ''] = value.split('.')
    return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
  })

const servedModel = z
  .strictObject({ modelKey: hex32.optional(), name: z.string().min(1).optional(), askUsdc: usdc })
  .refine((model) => (model.modelKey === undefined) !== (model.name === undefined), {
    message: 'needs exactly one of modelKey and name',
  })

/** A section that may be left out as a whole: its own defaults then hold. */
function section<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape).prefault({} as z.input<z.ZodObject<S>>)
}

const node = (home: string) =>
  section({
    id: z
      .string()
      .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/, 'is not a name of letters, digits, dots and dashes')
      .default('node'),
    roles: z
      .array(z.enum(['gateway', 'provider']))
      .min(1)
      .default(['gateway', 'provider']),
    maxConcurrentJobs: z.int().min(1).max(10_000).default(10),
    dataDir: path.default(`${home}/node`),
    shutdownMs: z.int().min(100).max(600_000).default(10_000),
  })

const models = (home: string) =>
  section({
    cacheDir: path.default(`${home}/models`),
    maxCacheGb: z.number().positive().max(100_000).default(50),
    serve: z.array(servedModel).default([]),
    serveAll: z.boolean().default(false),
    serveAllAskUsdc: usdc.prefault('0'),
    maxUploadGb: z.number().min(0).max(100_000).default(0),
  })

const runtime = section({
  workers: z.int().min(1).max(256).default(1),
  memoryLimitMb: z.int().min(256).max(1_048_576).default(4096),
  executionProviders: z.array(z.enum(executionProviderNames)).min(1).default(platformProviders(platform())),
})

/** What strangers' models run in. `auto` never ends at a plain process unless `fallbackToProcess` says that it may. */
const sandbox = section({
  level: z.enum(['auto', 'container', 'bubblewrap', 'process']).default('auto'),
  fallbackToProcess: z.boolean().default(false),
  maxProcesses: z.int().min(16).max(4096).default(64),
  tmpMb: z.int().min(16).max(65_536).default(64),
  cpus: z.number().positive().max(1024).optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), z.string().max(1024)).default({}),
  devices: z.array(z.string().regex(/^(?!.*\/\.)\/dev\/[\w./-]+$/, 'is not a path below /dev')).default([]),
  engineSocket: path.optional(),
  containerRuntime: z.string().min(1).max(64).optional(),
})

const job = section({
  timeoutMs: z.int().min(100).max(86_400_000).default(120_000),
  quoteTtlSeconds: z.int().min(5).max(86_400).default(120),
  secondsToSubmit: z.int().min(5).max(2_592_000).default(300),
  challengeWindowSeconds: z.int().min(0).max(604_800).default(600),
  /** Gives overdue jobs of this provider back to their clients by a transaction of its own. */
  expireOverdue: z.boolean().default(true),
})

const http = section({
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(3000),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
})

const limits = section({
  maxInputBytes: z
    .int()
    .min(1024)
    .default(64 * MIB),
  maxResultBytes: z
    .int()
    .min(1024)
    .default(64 * MIB),
  maxBlockBytes: z
    .int()
    .min(1024)
    .max(4 * MIB)
    .default(2 * MIB),
  maxPendingQuotes: z.int().min(1).default(1000),
  requestsPerMinute: z.int().min(1).default(600),
})

const ipfs = section({
  /** Where content lies and how it is exchanged: a folder and HTTP, the same with an embedded peer, or a Kubo daemon. */
  mode: z.enum(['fs', 'helia', 'kubo']).default('fs'),
  /** Of the daemon, in mode kubo. */
  apiUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:5001'),
  /** Of the embedded peer, in mode helia. */
  listen: z.array(multiaddress).default(['/ip4/127.0.0.1/tcp/0']),
  bootstrap: z.array(peerAddress).default([]),
})

const log = section({
  level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  format: z.enum(['auto', 'json', 'pretty']).default('auto'),
})

const chain = section({
  rpcUrl: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:8545'),
  chainId: z.int().positive().default(31_337),
  deploymentFile: path.optional(),
  confirmations: z.int().min(0).max(10_000).default(0),
  pollMs: z.int().min(10).max(600_000).default(1000),
  maxBlockRange: z.int().min(1).max(100_000).default(2000),
  stuckAfterMs: z.int().min(100).max(3_600_000).default(30_000),
  maxFeeGwei: z.number().positive().default(2000),
})

/** Every setting with its rule and its default; `home` fills in the places of files. */
export const configSchema = (home: string) =>
  z.strictObject({
    node: node(home),
    models: models(home),
    runtime,
    sandbox,
    job,
    http,
    chain,
    keystore: section({ path: path.default(`${home}/keystore`) }),
    content: section({ dir: path.default(`${home}/content`) }),
    ipfs,
    limits,
    log,
    /** Servers that run models of their own engines: each the model of one manifest. */
    backends: z.array(backendSchema).max(256).default([]),
  })

export type Settings = z.output<ReturnType<typeof configSchema>>
