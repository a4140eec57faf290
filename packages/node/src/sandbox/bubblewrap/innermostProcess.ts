import { readFileSync } from 'node:fs'

/** Bubblewrap waits outside, waits inside as the first process, and the worker is that one's child. */
const depth = 2

/** The worker's process id on this machine; undefined until it is there. */
export function innermostProcess(outer: number): number | undefined {
  let pid = outer
  for (let level = 0; level < depth; level++) {
    const child = firstChild(pid)
    if (child === undefined) return undefined
    pid = child
  }
  return pid
}

function firstChild(pid: number): number | undefined {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')
    return first ? Number(first) : undefined
  } catch {
    return undefined
  }
}
