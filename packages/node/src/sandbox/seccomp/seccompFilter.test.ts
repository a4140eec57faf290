import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type SeccompArchitecture, seccompFilter } from './seccompFilter.ts'
import { architectures } from './syscalls.ts'

const allowed = 0x7fff0000
const killed = 0x80000000
const refused = 0x00050001
const missing = 0x00050026

type Call = { number: number; audit: number; argument?: number }

/** Runs the program as the kernel would: the one register, and jumps that only lead forward. */
function verdict(filter: Uint8Array, { number, audit, argument = 0 }: Call): number {
  const view = new DataView(filter.buffer)
  const input = new Map([
    [0, number],
    [4, audit],
    [16, argument],
  ])
  let register = 0
  for (let at = 0; at < filter.length; ) {
    const [code, operand] = [view.getUint16(at, true), view.getUint32(at + 4, true)]
    const [whenTrue, whenFalse] = [view.getUint8(at + 2), view.getUint8(at + 3)]
    at += 8
    if (code === 0x06) return operand
    if (code === 0x20) {
      assert.ok(input.has(operand), `loads offset ${operand}`)
      register = input.get(operand) ?? 0
      continue
    }
    const tests = new Map([
      [0x15, register === operand],
      [0x35, register >= operand],
      [0x45, (register & operand) !== 0],
    ])
    assert.ok(tests.has(code), `code ${code}`)
    at += 8 * (tests.get(code) === true ? whenTrue : whenFalse)
  }
  return assert.fail('the program runs past its end')
}

const numbers = {
  x64: {
    openat: 257,
    read: 0,
    socket: 41,
    connect: 42,
    fork: 57,
    ptrace: 101,
    mount: 165,
    unshare: 272,
    bpf: 321,
  },
  arm64: {
    openat: 56,
    read: 63,
    socket: 198,
    connect: 203,
    fork: 1071,
    ptrace: 117,
    mount: 40,
    unshare: 97,
    bpf: 280,
  },
}
const threadFlags = 0x3d0f00
const forkFlags = 0x01200011

for (const name of ['x64', 'arm64'] as const) {
  describe(`filter of system calls on ${name}`, () => {
    const architecture: SeccompArchitecture = architectures[name]
    const { audit } = architecture
    const filter = seccompFilter(architecture)
    const of = (number: number, argument?: number) =>
      verdict(filter, { number, audit, ...(argument === undefined ? {} : { argument }) })

    it('lets files be opened and read', () => {
      assert.equal(of(numbers[name].openat), allowed)
      assert.equal(of(numbers[name].read), allowed)
    })

    for (const call of ['socket', 'connect', 'fork', 'ptrace', 'mount', 'unshare', 'bpf'] as const) {
      it(`refuses ${call}`, () => assert.equal(of(numbers[name][call]), refused))
    }

    it('lets threads be made and no processes', () => {
      assert.equal(of(architecture.clone, threadFlags), allowed)
      assert.equal(of(architecture.clone, forkFlags), refused)
      assert.equal(of(architecture.clone3, threadFlags), missing)
    })

    it('says that io_uring, which would pass by a filter, is not there', () => {
      assert.equal(of(architecture.ioUringSetup), missing)
    })

    it('kills what speaks for another architecture', () => {
      assert.equal(verdict(filter, { number: numbers[name].read, audit: 0x40000003 }), killed)
    })

    it('is short enough for the kernel', () => assert.ok(filter.length / 8 <= 4096))
  })
}

describe('filter of system calls', () => {
  it('kills calls by the second numbering of x64', () => {
    const call = { number: 0x40000000, audit: architectures.x64.audit }
    assert.equal(verdict(seccompFilter(architectures.x64), call), killed)
  })
})
