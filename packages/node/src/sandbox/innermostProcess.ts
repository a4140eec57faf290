import { readFileSync } from 'node:fs'

/** The process so many steps below another, each the first child of the one before; undefined until it is there. */
export function innermostProcess(outer: number, depth: number): number | undefined {
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
