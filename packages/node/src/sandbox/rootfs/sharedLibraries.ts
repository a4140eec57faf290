import { execFileSync } from 'node:child_process'
import { SandboxBuildFailedError } from '../errors.ts'

/** The libraries that the dynamic loader brings for these programs, the loader included, as paths on this machine. */
export function sharedLibraries(programs: readonly string[]): string[] {
  const found = new Set<string>()
  for (const program of programs) {
    for (const path of parseLdd(listed(program))) found.add(path)
  }
  return [...found].sort()
}

function listed(program: string): string {
  try {
    return execFileSync('/usr/bin/ldd', [program], {
      encoding: 'utf8',
      env: {},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (cause) {
    throw new SandboxBuildFailedError(`the libraries of ${program} cannot be listed`, cause)
  }
}

/** Lines are `libc.so.6 => /lib/…/libc.so.6 (0x…)` or `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
export function parseLdd(output: string): string[] {
  return output.split('\n').flatMap((line) => /(?:=>\s*)?(\/\S+)\s+\(0x/.exec(line)?.[1] ?? [])
}
