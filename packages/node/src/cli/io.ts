/** What a command may touch of the outside: handed in by `main.ts`, so that tests hand in their own. */
export type Io = {
  args: readonly string[]
  cwd: string
  environment: Readonly<Record<string, string | undefined>>
  stdin: NodeJS.ReadableStream & { isTTY?: boolean }
  stdout: TextSink
  stderr: TextSink
  /** Aborts with the first Ctrl-C or SIGTERM. */
  signal: AbortSignal
  pid: number
  /** The Node binary that runs this, for children. */
  execPath: string
}

export type TextSink = { write(text: string): unknown; isTTY?: boolean; columns?: number }
