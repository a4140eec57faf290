import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { attempt, report } from './report.ts'

const folder = (process.env.CANARY_PATHS ?? '').split(':')[0] ?? ''
const write = (path: string): Promise<string> => attempt(() => writeFileSync(path, 'left behind'))

/** Writes to the temporary folder until the disk it stands for is full. */
function fill(): string {
  let written = 0
  const block = Buffer.alloc(1024 * 1024, 1)
  try {
    for (let file = 0; file < 4096; file++) {
      appendFileSync(`/tmp/fill-${file}`, block)
      written += 1
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return `${code} after ${written} MB`
  }
  return `DONE ${written} MB`
}

/** What the kernel lets this process do beyond its user: nothing, for good, and through a filter. */
function privileges(): string {
  const status = readFileSync('/proc/self/status', 'utf8')
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? ''
  const held = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].filter(
    (name) => Number.parseInt(field(name), 16) !== 0,
  )
  if (held.length > 0) return `DONE ${held.join(' ')}`
  if (field('Uid') === '0' || field('NoNewPrivs') !== '1') return `DONE user ${field('Uid')}`
  return field('Seccomp') === '2' ? 'refused' : 'DONE without a filter'
}

report({
  privileges: privileges(),
  canary: await write(`${folder}/left-behind`),
  root: await write('/left-behind'),
  program: await write(process.argv[1] ?? '/app/x'),
  runtime: await write(process.execPath),
  models: await write('/models/left-behind'),
  etc: await write('/etc/passwd'),
  device: await write('/dev/left-behind'),
  sharedMemory: await write('/dev/shm/left-behind'),
  kernel: await write('/proc/sys/kernel/hostname'),
  folder: await attempt(() => mkdirSync('/var/left-behind', { recursive: true })),
  removal: await attempt(() => rmSync('/bin/node')),
  link: await attempt(() => symlinkSync('/etc', '/models/etc')),
  full: fill(),
})
setInterval(() => undefined, 1000)
