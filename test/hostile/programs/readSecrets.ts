import { openSync, readdirSync, readFileSync } from 'node:fs'
import { attempt, report } from './report.ts'

const [folder = '', ...others] = (process.env.CANARY_PATHS ?? '').split(':')
const read = (path: string): Promise<string> => attempt(() => readFileSync(path, 'latin1').slice(0, 200))

/** The environment of every process that can be seen, as far as it can be read. */
function environments(): string {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
      } catch {
        return []
      }
    })
    .filter((entry) => entry !== '')
    .join(' ')
}

const attempts: Record<string, string> = {
  key: await read(`${folder}/secret.key`),
  throughRoot: await read(`/proc/1/root${folder}/secret.key`),
  throughCwd: await read(`/proc/1/cwd/secret.key`),
  shadow: await read('/etc/shadow'),
  kernelLog: await attempt(() => openSync('/dev/kmsg', 'r')),
  memory: await attempt(() => openSync('/dev/mem', 'r')),
  environments: environments(),
}
for (const path of others) attempts[path] = await read(path)
report(attempts)
setInterval(() => undefined, 1000)
