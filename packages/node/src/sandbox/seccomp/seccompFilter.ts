export type SeccompArchitecture = {
  /** The kernel's name of the architecture, AUDIT_ARCH_…. */
  audit: number
  clone: number
  clone3: number
  ioUringSetup: number
  /** Whether the kernel takes a second numbering of calls under the same architecture. */
  hasX32: boolean
  allowed: readonly number[]
}

const load = 0x20
const jumpIfEqual = 0x15
const jumpIfAtLeast = 0x35
const jumpIfAnyBit = 0x45
const answer = 0x06

const allow = 0x7fff0000
const kill = 0x80000000
const refuse = (errno: number) => 0x00050000 | errno
const notPermitted = refuse(1)
const notImplemented = refuse(38)

const numberAt = 0
const architectureAt = 4
const firstArgumentAt = 16
const threadFlag = 0x00010000
const x32Bit = 0x40000000

/** One instruction of classic BPF: code, jumps when true and when false, operand. */
type Instruction = readonly [number, number, number, number]

const onCall = (number: number, result: number): Instruction[] => [
  [jumpIfEqual, 0, 1, number],
  [answer, 0, 0, result],
]

/**
 * A filter that lets a fixed set of system calls through and answers EPERM to the rest. Threads may be made, processes not;
 * `clone3`, whose flags a filter cannot read, is answered as missing, on which the C library falls back to `clone`.
 */
export function seccompFilter(architecture: SeccompArchitecture): Uint8Array {
  const { audit, clone, clone3, ioUringSetup, hasX32, allowed } = architecture
  const program: Instruction[] = [
    [load, 0, 0, architectureAt],
    [jumpIfEqual, 1, 0, audit],
    [answer, 0, 0, kill],
    [load, 0, 0, numberAt],
    ...(hasX32
      ? ([
          [jumpIfAtLeast, 0, 1, x32Bit],
          [answer, 0, 0, kill],
        ] as const)
      : []),
    ...onCall(clone3, notImplemented),
    ...onCall(ioUringSetup, notImplemented),
    [jumpIfEqual, 0, 4, clone],
    [load, 0, 0, firstArgumentAt],
    [jumpIfAnyBit, 0, 1, threadFlag],
    [answer, 0, 0, allow],
    [answer, 0, 0, notPermitted],
    ...allowed.flatMap((number) => onCall(number, allow)),
    [answer, 0, 0, notPermitted],
  ]
  return assemble(program)
}

function assemble(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8))
  for (const [index, [code, whenTrue, whenFalse, operand]] of program.entries()) {
    bytes.setUint16(index * 8, code, true)
    bytes.setUint8(index * 8 + 2, whenTrue)
    bytes.setUint8(index * 8 + 3, whenFalse)
    bytes.setUint32(index * 8 + 4, operand, true)
  }
  return new Uint8Array(bytes.buffer)
}
