import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { redactSecrets } from './redactSecrets.ts'
import { redactText } from './redactText.ts'

export type { Logger } from 'pino'

export type LoggerOptions = {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'
  /** `auto` is pretty where `isTty` says that a person looks, JSON elsewhere. */
  format: 'auto' | 'json' | 'pretty'
  isTty?: boolean
  /** Where lines go; standard error without it, so that standard output stays free for results. */
  stream?: DestinationStream
  /** Fields of every line, for instance the node's id. */
  fields?: Readonly<Record<string, unknown>>
}

const redactFields = (fields: object) => redactSecrets(fields) as Record<string, unknown>

/** pino takes the message of an error for the line's own where none is given: that must be a redacted one. */
function redactCall([first, ...values]: readonly unknown[]): unknown[] {
  if (typeof first === 'string') return [redactText(first), ...values.map(redactSecrets)]
  const fields = first instanceof Error ? { err: first } : first
  const error = typeof fields === 'object' && fields !== null && 'err' in fields ? fields.err : undefined
  if (values.length === 0 && error instanceof Error) return [fields, redactText(error.message)]
  return [
    fields,
    ...values.map((value) => (typeof value === 'string' ? redactText(value) : redactSecrets(value))),
  ]
}

/** A logger that writes no key, password or token, whatever it is handed. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, format, isTty = false, fields = {} } = options
  const isPretty = format === 'pretty' || (format === 'auto' && isTty)
  const target = options.stream ?? destination({ dest: 2, sync: true })
  const prettify = prettyFactory({ colorize: isTty, ignore: 'pid,hostname' })
  const stream = isPretty ? { write: (line: string) => target.write(prettify(line)) } : target
  const logger = pino(
    {
      level,
      base: fields,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: redactFields,
      },
      // `log` above has unfolded errors already.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, redactCall(args) as Parameters<typeof method>)
        },
      },
    },
    stream,
  )
  // pino formats the fields of a child only by formatters that the child brings itself.
  const makeChild = logger.child
  logger.child = function child(this: Logger, bindings: object, childOptions?: object) {
    return makeChild.call(this, redactFields(bindings), childOptions)
  } as typeof logger.child
  return logger
}
