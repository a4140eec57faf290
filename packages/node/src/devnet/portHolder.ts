import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

export type PortHolder = { pid: number; command: string }

const exec = promisify(execFile)
const listening = '0A'

/** Which process listens on a TCP port; `undefined` where the system does not say. */
export async function portHolder(port: number): Promise<PortHolder | undefined> {
  const inodes = await listeningInodes(port)
  return inodes === undefined ? holderByLsof(port) : holderByProc(inodes)
}

async function listeningInodes(port: number): Promise<ReadonlySet<string> | undefined> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => undefined)),
  )
  if (tables.every((table) => table === undefined)) return undefined
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = tables.flatMap((table) => (table ?? '').split('\n').slice(1))
  const fields = rows.map((row) => row.trim().split(/\s+/))
  return new Set(
    fields
      .filter((row) => row[1]?.endsWith(suffix) && row[3] === listening)
      .map((row) => `socket:[${row[9]}]`),
  )
}

async function holderByProc(inodes: ReadonlySet<string>): Promise<PortHolder | undefined> {
  if (inodes.size === 0) return undefined
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    const names = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const links = await Promise.all(names.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
    if (!links.some((link) => inodes.has(link))) continue
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return { pid: Number(pid), command: command.replaceAll('\0', ' ').trim() || 'unknown' }
  }
  return undefined
}

async function holderByLsof(port: number): Promise<PortHolder | undefined> {
  const found = await exec('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => undefined)
  const pid = /^p(\d+)$/m.exec(found?.stdout ?? '')?.[1]
  const command = /^c(.+)$/m.exec(found?.stdout ?? '')?.[1]
  return pid === undefined ? undefined : { pid: Number(pid), command: command ?? 'unknown' }
}
