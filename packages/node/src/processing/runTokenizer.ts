import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TokenizerInvalidError, TokenizerLimitError } from './errors.ts'
import { replySchema, type TokenizerReply, type TokenizerRequest } from './tokenizerMessages.ts'

export type TokenizerLimits = { timeoutMs: number; memoryMb: number }

type Answer<K extends TokenizerRequest['kind']> = Extract<
  TokenizerReply,
  { kind: K extends 'encode' ? 'encoded' : 'decoded' }
>

const defaults: TokenizerLimits = { timeoutMs: 30_000, memoryMb: 1024 }
const detailsChars = 2048

/**
 * Runs a tokenizer in a process of its own, which has no environment and may write nothing and start nothing: its files come
 * from strangers, and a regular expression in them may never end.
 *
 * @param path The tokenizer's name, for messages.
 */
export async function runTokenizer<K extends TokenizerRequest['kind']>(
  path: string,
  request: TokenizerRequest & { kind: K },
  { timeoutMs, memoryMb }: TokenizerLimits = defaults,
): Promise<Answer<K>> {
  const child = start(memoryMb)
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  try {
    const reply = await ask(child, request)
    if (reply === undefined) {
      throw new TokenizerLimitError(
        path,
        child.signalCode === 'SIGKILL' ? `after ${timeoutMs} ms` : `at ${memoryMb} MB of memory`,
      )
    }
    if (reply.kind === 'invalid') throw new TokenizerInvalidError(path, `cannot be used: ${reply.reason}`)
    return reply as Answer<K>
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

function start(memoryMb: number): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = fileURLToPath(new URL(`./tokenizerEntry.${extension}`, import.meta.url))
  // The library loads the engine's binding, though nothing here runs a model.
  const permissions = ['--permission', '--allow-fs-read=*', '--allow-addons']
  return fork(entry, [], {
    execArgv: [...permissions, '--no-warnings', `--max-old-space-size=${memoryMb}`],
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  })
}

/** Undefined when the process ended without an answer. */
function ask(child: ChildProcess, request: TokenizerRequest): Promise<TokenizerReply | undefined> {
  const answer = Promise.withResolvers<TokenizerReply | undefined>()
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-detailsChars)
  })
  child.once('message', (message) => {
    const parsed = replySchema.safeParse(message)
    answer.resolve(parsed.success ? parsed.data : { kind: 'invalid', reason: 'its answer makes no sense' })
  })
  child.once('error', answer.reject)
  child.once('exit', (code, signal) => {
    if (signal !== null || /heap out of memory/.test(errors)) answer.resolve(undefined)
    else
      answer.resolve({
        kind: 'invalid',
        reason: `its process ended with ${code}: ${errors}`.slice(0, detailsChars),
      })
  })
  child.send(request, (error) => {
    if (error !== null) answer.resolve(undefined)
  })
  return answer.promise
}
