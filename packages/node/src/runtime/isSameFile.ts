import type { Stats } from 'node:fs'

/** Whether a path still leads to what it led to before: a file or folder that was written anew is another one. */
export const isSameFile = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.mtimeMs === b.mtimeMs
