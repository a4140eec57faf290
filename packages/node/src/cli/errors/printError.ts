import { hasColours } from '../hasColours.ts'
import type { Io } from '../io.ts'
import { createStyle } from '../style.ts'
import { toJson } from '../toJson.ts'
import type { DescribedError } from './describeError.ts'

/** Codes whose reason stands in the details: a fault of the program, or what the engine says of a model. */
const explained = new Set(['INTERNAL', 'MODEL_LOAD_FAILED', 'MODEL_RUN_FAILED'])

/** One printer for every failure: people read it on stderr, programs as one line of JSON on stdout. */
export function printError(error: DescribedError, { io, json }: { io: Io; json: boolean }): void {
  if (json) {
    const { code, message, charged, money, next, details, exitCode } = error
    io.stdout.write(`${toJson({ error: { code, message, charged, money, next, details, exitCode } })}\n`)
    return
  }
  const style = createStyle({ enabled: hasColours(io, io.stderr) })
  const lines = [`${style.red('✖')} ${style.bold(error.code)}  ${error.message}`, `  ${error.money}`]
  if (error.next !== undefined) lines.push(`  ${style.cyan('➜')} ${error.next}`)
  if (explained.has(error.code) && error.details !== undefined) lines.push(style.dim(error.details))
  io.stderr.write(`${lines.join('\n')}\n`)
}
