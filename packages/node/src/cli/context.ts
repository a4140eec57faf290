import type { Io } from './io.ts'
import type { Output } from './output.ts'

export type GlobalOptions = {
  json: boolean
  quiet: boolean
  config?: string
  network?: string
  wallet?: string
}

/** What is certain about the user's money. */
export type Money = {
  /** Something was signed that can cost money. */
  charged: boolean
  /** A transaction was on its way, so that silence of the chain leaves open what happened. */
  sending: boolean
  note: string
}

/** What every command is handed. */
export type Context = {
  io: Io
  out: Output
  globals: GlobalOptions
  /** What has happened to the user's money so far; the error printer ends with it. */
  money: Money
  /** For a command whose result itself says that something is wrong. */
  exit: { code: number }
}
