import { z } from 'zod'
import { defaultBackendLimits as defaults } from '../backends/backendLimits.ts'

const milliseconds = z.int().min(1).max(86_400_000)

const limits = z
  .strictObject({
    connectMs: milliseconds.default(defaults.connectMs),
    firstTokenMs: milliseconds.default(defaults.firstTokenMs),
    idleMs: milliseconds.default(defaults.idleMs),
    totalMs: milliseconds.default(defaults.totalMs),
    maxAnswerBytes: z
      .int()
      .min(1024)
      .max(2 ** 31)
      .default(defaults.maxAnswerBytes),
    maxTokens: z.int().min(1).max(10_000_000).default(defaults.maxTokens),
  })
  .prefault({})

const schemes = { openai: /^https?:$/, oip: /^(https?|grpcs?):$/ } as const

function urlProblem({ kind, url }: { kind: keyof typeof schemes; url: string }): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { protocol, username, password, search, hash } = new URL(url)
  if (!schemes[kind].test(protocol)) return `is not an address that ${kind} speaks over`
  if (username !== '' || password !== '') return 'holds a password; use apiKeyEnv'
  return search !== '' || hash !== '' ? 'has a query or a fragment' : undefined
}

/** A server that runs the model of one manifest. */
export const backendSchema = z
  .strictObject({
    modelKey: z
      .string()
      .regex(/^0x[0-9a-fA-F]{64}$/, 'is not 32 bytes of hex')
      .transform((value) => value.toLowerCase() as `0x${string}`)
      .optional(),
    name: z.string().min(1).max(128).optional(),
    /** With a name: whose model of that name; anybody's without it. */
    publisher: z
      .string()
      .regex(/^0x[0-9a-fA-F]{40}$/, 'is not an address')
      .optional(),
    kind: z.enum(['openai', 'oip']),
    url: z.url(),
    /** What the server calls the model. */
    model: z.string().min(1).max(512),
    /** Name of the environment variable that holds the server's key. */
    apiKeyEnv: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is not the name of an environment variable')
      .optional(),
    limits,
  })
  .refine((backend) => (backend.modelKey === undefined) !== (backend.name === undefined), {
    message: 'needs exactly one of modelKey and name',
  })
  .check((context) => {
    const message = urlProblem(context.value)
    if (message === undefined) return
    context.issues.push({ code: 'custom', path: ['url'], message, input: context.value.url })
  })
