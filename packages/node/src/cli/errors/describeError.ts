import { BaseError } from '@dim/sdk'
import { CommanderError } from 'commander'
import { BaseError as ViemError } from 'viem'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodeOf, exitCodes } from './exitCode.ts'
import { nextStep } from './nextStep.ts'

/** What the printer says about a failure: what happened, was anything charged, what now. */
export type DescribedError = {
  code: string
  message: string
  charged: boolean
  money: string
  next: string | undefined
  details: string | undefined
  exitCode: ExitCode
}

export function describeError(error: unknown, money: Context['money']): DescribedError {
  const base = { charged: money.charged, money: money.note }
  if (error instanceof BaseError) return { ...base, ...fromBaseError(error, money) }
  if (error instanceof CommanderError) return { ...base, ...fromCommander(error) }
  if (isAbort(error)) {
    return {
      ...base,
      code: 'INTERRUPTED',
      message: 'Stopped on request.',
      next: undefined,
      details: undefined,
      exitCode: exitCodes.failure,
    }
  }
  if (error instanceof ViemError) return { ...base, ...fromViem(error) }
  return { ...base, ...fromUnknown(error) }
}

type Described = Omit<DescribedError, 'charged' | 'money'> & Partial<Pick<DescribedError, 'money'>>

function fromBaseError(error: BaseError, money: Context['money']): Described {
  return {
    code: error.code,
    message: error.shortMessage,
    money: moneyOf(error, money),
    next: nextStep(error),
    details: error.details,
    exitCode: exitCodeOf(error.code),
  }
}

/** Before anything was signed or sent, a chain that does not answer has certainly charged nothing. */
function moneyOf({ code, charged }: BaseError, money: Context['money']): string {
  if (money.charged) return money.note
  return code === 'CHAIN_UNREACHABLE' && !money.sending ? money.note : (charged ?? money.note)
}

function fromCommander(error: CommanderError): Described {
  return {
    code: 'USAGE',
    message: error.message.replace(/^error: /, ''),
    next: 'Run the command with --help to see what it takes.',
    details: undefined,
    exitCode: exitCodes.usage,
  }
}

function fromViem(error: ViemError): Described {
  return {
    code: 'CHAIN_REQUEST_FAILED',
    message: `The chain refused a request: ${error.shortMessage}`,
    next: 'Check the RPC address with `dim node doctor`, then try again.',
    details: error.details,
    exitCode: exitCodes.chain,
  }
}

function fromUnknown(error: unknown): Described {
  const { code, message, stack } =
    error instanceof Error
      ? (error as NodeJS.ErrnoException)
      : ({ message: String(error) } as NodeJS.ErrnoException)
  const known = code === undefined ? undefined : systemFaults[code]
  return {
    code: known?.code ?? 'INTERNAL',
    message: message,
    next:
      known?.next ?? 'This is a fault of the program. Run it again with --json and report what it prints.',
    details: known === undefined ? stack : undefined,
    exitCode: exitCodeOf(known?.code ?? 'INTERNAL'),
  }
}

const systemFaults: Readonly<Record<string, { code: string; next: string }>> = {
  ENOENT: { code: 'FILE_NOT_FOUND', next: 'Check the path and try again.' },
  EACCES: { code: 'FILE_NOT_READABLE', next: 'Check who owns the file and its mode.' },
  EISDIR: { code: 'FILE_IS_DIRECTORY', next: 'Name a file instead of a directory.' },
  ENOSPC: { code: 'DISK_FULL', next: 'Free some space and try again.' },
  EADDRINUSE: { code: 'PORT_IN_USE', next: 'Stop the program on that port or choose another port.' },
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError'
