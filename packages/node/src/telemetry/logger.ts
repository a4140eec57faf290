import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino'
import pretty from 'pino-pretty'
import { redactSecrets } from './redactSecrets.ts'

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

/** A logger that writes no key, password or token, whatever it is handed. */
export function createLogger(options: LoggerOptions): Logger {
  const { level, format, isTty = false, fields = {} } = options
  const isPretty = format === 'pretty' || (format === 'auto' && isTty)
  const target = options.stream ?? destination({ dest: 2, sync: true })
  const stream = isPretty ? pretty({ destination: target, colorize: isTty, ignore: 'pid,hostname' }) : target
  return pino(
    {
      level,
      base: fields,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (object) => redactSecrets(object) as Record<string, unknown>,
      },
      // Errors are unfolded before they are redacted, or their causes would pass by.
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, args.map(redactSecrets) as Parameters<typeof method>)
        },
      },
    },
    stream,
  )
}
