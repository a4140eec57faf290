import type { Command } from 'commander'
import type { Context } from './context.ts'

/** Wraps a command's handler: it gets the context, its own options, then its arguments. */
export type Runner = <Options>(
  handler: (context: Context, options: Options, args: readonly string[]) => Promise<void>,
) => (...args: unknown[]) => Promise<void>

/** A noun with its verbs, or one verb; adds itself to `parent`. */
export type AddCommand = (parent: Command, run: Runner) => void
