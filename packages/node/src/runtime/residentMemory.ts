import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { platform } from 'node:os'

/**
 * Resident memory of a process in bytes; 0 when it has ended. On Linux without pages of files (weights in external data are
 * mapped, and the kernel takes them back when it needs to), elsewhere with them.
 */
export async function readResidentBytes(pid: number): Promise<number> {
  return platform() === 'linux' ? readProcfs(pid) : readPs(pid)
}

function readProcfs(pid: number): number {
  let status: string
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return 0
  }
  const kilobytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0)
  return (kilobytes('RssAnon') + kilobytes('RssShmem') || kilobytes('VmRSS')) * 1024
}

function readPs(pid: number): Promise<number> {
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], (_error, stdout) =>
      resolve(Number(stdout.trim() || 0) * 1024),
    )
  })
}
