import { writeSync } from 'node:fs'

const frames = 3

/** Tells the parent what was tried and what came of it, as one line on the channel that carries frames otherwise. */
export function report(attempts: Readonly<Record<string, string>>): void {
  writeSync(frames, `${JSON.stringify(attempts)}\n`)
}

/** What came of one attempt: the answer's first characters, or the system's code for the refusal. */
export async function attempt(act: () => unknown): Promise<string> {
  try {
    const answer = await act()
    return `DONE ${String(answer).slice(0, 400)}`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return `refused ${code}`
  }
}
