import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { platform } from 'node:os'

/** Resident memory of a process in bytes; 0 when it has ended. */
export async function readResidentBytes(pid: number): Promise<number> {
  return platform() === 'linux' ? readProcfs(pid) : readPs(pid)
}

function readProcfs(pid: number): number {
  try {
    // `VmRSS` is in kB whatever the page size; `statm` would need it.
    const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(match?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

function readPs(pid: number): Promise<number> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (_error, stdout) =>
      resolve(Number(stdout.trim() || 0) * 1024),
    )
  })
}
