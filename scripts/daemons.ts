import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

// Builds the daemons that tests talk to from their Go modules, each pinned by a go.mod and go.sum of its own.
// Go keeps what it compiled, so that a second run takes seconds.
const root = join(import.meta.dirname, '..')
const modules = join(root, 'test/support/daemons')
const target = join(root, '.dim-cache/daemons')

function build(name: string): boolean {
  console.log(`  building ${name} from its Go module (two minutes on two quiet cores, once) …`)
  const args = ['build', '-C', join(modules, name), '-trimpath', '-o', `${target}/`, 'tool']
  const { status } = spawnSync('go', args, { stdio: 'inherit', env: { ...process.env, CGO_ENABLED: '0' } })
  return status === 0
}

if (spawnSync('go', ['version']).status !== 0) {
  console.log('skipped: no Go, so no daemons; tests that need one say so')
} else {
  mkdirSync(target, { recursive: true })
  const names = readdirSync(modules).filter((name) => existsSync(join(modules, name, 'go.mod')))
  const failed = names.filter((name) => !build(name))
  console.log(
    failed.length === 0 ? `  in ${target}: ${readdirSync(target).join(', ')}` : `✖ ${failed.join(', ')}`,
  )
  process.exitCode = failed.length
}
