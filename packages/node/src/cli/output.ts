import { hasColours } from './hasColours.ts'
import type { Io } from './io.ts'
import { createProgress, type Progress } from './progress.ts'
import { createStyle, type Style } from './style.ts'
import { toJson } from './toJson.ts'

export type Output = {
  json: boolean
  style: Style
  /** The one result of a command, on stdout: `text` for people, `value` as one line with --json. */
  result(value: unknown, text: () => string): void
  /** A line for people on stderr, silent with --quiet. */
  note(line: string): void
  /** A step that takes a while, on stderr. */
  progress(label: string, options?: { total?: number; unit?: 'bytes' | 'count' }): Progress
}

export function createOutput(io: Io, { json, quiet }: { json: boolean; quiet: boolean }): Output {
  const note = (line: string) => {
    if (!quiet) io.stderr.write(`${line}\n`)
  }
  return {
    json,
    style: createStyle({ enabled: !json && hasColours(io, io.stdout) }),
    note,
    result: (value, text) => {
      io.stdout.write(`${json ? toJson(value) : text()}\n`)
    },
    progress: (label, options) =>
      createProgress(label, {
        ...options,
        sink: io.stderr,
        live: !quiet && io.stderr.isTTY === true,
        silent: quiet,
      }),
  }
}
