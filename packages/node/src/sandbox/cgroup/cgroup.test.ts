import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { openCgroups } from './cgroup.ts'

const cgroups = openCgroups()

describe('control groups', { skip: cgroups.available ? false : cgroups.reason }, () => {
  it('carry the limits, and are gone after', () => {
    assert.ok(cgroups.available)
    const name = `dim-test-${process.pid}`
    const group = cgroups.create(name, { memoryBytes: 2 ** 27, maxProcesses: 17 })
    const dirs = group.joinFiles.map((file) => dirname(file))
    const limits = dirs.flatMap((dir) =>
      ['pids.max', 'memory.max', 'memory.limit_in_bytes']
        .map((file) => join(dir, file))
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'utf8').trim()),
    )
    assert.ok(limits.includes('17') && limits.includes(String(2 ** 27)), limits.join())
    assert.equal(group.wasOutOfMemory(), false)
    group.remove()
    assert.deepEqual(
      dirs.filter((dir) => existsSync(dir)),
      [],
    )
  })
})
