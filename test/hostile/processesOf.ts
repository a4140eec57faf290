import { readdirSync, readFileSync } from 'node:fs'

/** Processes of this machine that bear a mark in their command line or environment. Linux tells; elsewhere the answer is empty. */
export function processesOf(mark: string): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .filter((pid) => bears(pid, mark))
}

function bears(pid: number, mark: string): boolean {
  try {
    const isZombie = /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    const texts = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'latin1'))
    return !isZombie && texts.some((text) => text.includes(mark))
  } catch {
    return false
  }
}
