import { fstatSync, readSync, writeSync } from 'node:fs'
import { type CompactFrame, encodeCompact, inlineBytes, noSlot } from '../compactFrame.ts'
import type { RunCommand, WireTensor } from '../protocol.ts'
import { slotDescriptor, slotFileBytes } from '../slotFile.ts'
import { type Binding, type BoundOutput, createBinding } from './binding.ts'
import type { SessionCache } from './sessionCache.ts'
import { WorkerFault } from './workerFault.ts'

const mostInBatch = 16
/** A model's file is looked at this often. */
const trustMs = 100

/** Frames for the parent, or the outputs of one run whose answer needs a header. */
export type BoundAnswer =
  | { frames: Uint8Array[] }
  | { command: RunCommand; results: BoundOutput['results']; loadMs: number; runMs: number }

export type BoundRuns = {
  bind(command: RunCommand, outputs: readonly WireTensor[]): boolean
  /** How many of the waiting commands, from the first on, run together. */
  groupSize(waiting: readonly (CompactFrame | undefined)[]): number
  run(commands: readonly CompactFrame[]): Promise<BoundAnswer[]>
  /** About how long the next run of a binding takes. */
  expectedMs(number: number): number
}

const hasSlots = (): boolean => {
  try {
    const file = fstatSync(slotDescriptor)
    return file.isFile() && file.size === slotFileBytes
  } catch {
    return false
  }
}

/** Runs whose shapes are known by a number. */
export function createBoundRuns(sessions: SessionCache): BoundRuns {
  const bindings = new Map<number, { binding: Binding; runMs: number }>()
  const withSlots = hasSlots()

  const known = (number: number) => {
    const entry = bindings.get(number)
    if (entry === undefined) throw new WorkerFault('MODEL_RUN_FAILED', `binding ${number} is not known`)
    return entry
  }

  const open = ({ modelKey, dir, entry, executionProvider, threads }: RunCommand) =>
    sessions.open(modelKey, { dir, entry, executionProvider, threads }, { trustMs })

  const readInput = ({ payload, slot }: CompactFrame, target: Uint8Array): void => {
    if (payload.byteLength > 0) target.set(payload)
    else readSync(slotDescriptor, target, 0, target.byteLength, slot)
  }

  const toFrame = (command: CompactFrame, bytes: Uint8Array, runMs: number, count: number): Uint8Array => {
    const isInline = bytes.byteLength <= inlineBytes
    const slot = isInline ? noSlot : command.slot
    const fields = { id: command.id, binding: command.binding, slot }
    const timed = { ...fields, first: Math.min(Math.round(runMs * 1000), 0xffff_ffff), second: count }
    const frame = encodeCompact(timed, isInline ? bytes.byteLength : 0)
    if (isInline) frame.set(bytes, frame.byteLength - bytes.byteLength)
    else writeSync(slotDescriptor, bytes, 0, bytes.byteLength, slot)
    return frame
  }

  const runOne = async (command: CompactFrame): Promise<BoundAnswer> => {
    const entry = known(command.binding)
    const { binding } = entry
    readInput(command, binding.input)
    const { session, loadMs } = await open(binding.command)
    const startedAt = performance.now()
    const { results, bytes } = await binding.run(session)
    const runMs = performance.now() - startedAt
    entry.runMs = runMs
    if (bytes !== undefined && loadMs === 0) return { frames: [toFrame(command, bytes, runMs, 1)] }
    return { command: { ...binding.command, id: command.id }, results, loadMs, runMs }
  }

  const runTogether = async (commands: readonly CompactFrame[]): Promise<BoundAnswer[] | undefined> => {
    const { binding } = known(commands[0]?.binding ?? 0)
    const items = commands.map((command) => {
      const item = new Uint8Array(binding.inputBytes)
      readInput(command, item)
      return item
    })
    const { session, loadMs } = await open(binding.command)
    if (loadMs > 0) return undefined
    const startedAt = performance.now()
    const outputs = await binding.runBatch(session, items)
    if (outputs === undefined) return undefined
    const runMs = (performance.now() - startedAt) / commands.length
    const empty = new Uint8Array()
    const frames = commands.map((command, at) =>
      toFrame(command, outputs[at] ?? empty, runMs, commands.length),
    )
    return [{ frames }]
  }

  return {
    bind(command, outputs) {
      const { bind } = command
      if (bind === undefined) return false
      const isFixed = outputs.every(({ dtype, bytes }) => dtype !== 'string' && bytes > 0)
      const binding = createBinding(command, outputs)
      const needsSlots = Math.max(binding.inputBytes, binding.outputBytes) > inlineBytes
      if (!isFixed || (needsSlots && !withSlots)) return false
      bindings.set(bind.number, { binding, runMs: 0 })
      return true
    },
    groupSize(waiting) {
      const first = waiting[0]
      if (first === undefined) return 1
      const most = Math.min(first.first, mostInBatch)
      let alike = 1
      while (alike < most && waiting[alike]?.binding === first.binding && (waiting[alike]?.first ?? 1) > 1)
        alike++
      // Powers of two keep the number of shapes that the engine plans memory for small.
      return 2 ** Math.floor(Math.log2(alike))
    },
    async run(commands) {
      const together = commands.length > 1 ? await runTogether(commands) : undefined
      if (together !== undefined) return together
      const answers: BoundAnswer[] = []
      for (const command of commands) answers.push(await runOne(command))
      return answers
    },
    expectedMs: (number) => bindings.get(number)?.runMs ?? 0,
  }
}
