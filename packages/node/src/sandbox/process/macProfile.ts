import { homedir } from 'node:os'

const quoted = (path: string): string => JSON.stringify(path)
const subpaths = (paths: readonly string[]): string =>
  paths.map((path) => `(subpath ${quoted(path)})`).join(' ')

/**
 * A profile for `sandbox-exec`: no network, no other program, nothing written outside of the worker's folder and the caches
 * that Metal and CoreML keep, and nothing read below the user's home but what the worker needs. Later rules win.
 */
export function macProfile({
  readable,
  writable,
}: {
  readable: readonly string[]
  writable: string
}): string {
  return [
    '(version 1)',
    '(allow default)',
    '(deny network*)',
    '(deny process-fork)',
    '(deny file-write*)',
    `(allow file-write* ${subpaths([writable, '/private/var/folders'])} (literal "/dev/null"))`,
    `(deny file-read* (subpath ${quoted(homedir())}))`,
    `(allow file-read* ${subpaths([...readable, writable])})`,
    '(allow file-read-metadata)',
  ].join('\n')
}
