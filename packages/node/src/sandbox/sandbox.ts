import type { Duplex } from 'node:stream'
import type { SlotFile } from '../runtime/slotFile.ts'

/** From the strongest to the weakest, which is the order of probing. */
export const sandboxLevels = ['container', 'bubblewrap', 'process'] as const

export type SandboxLevel = (typeof sandboxLevels)[number]

export type SandboxProbe =
  | { level: SandboxLevel; available: true; detail: string }
  | { level: SandboxLevel; available: false; reason: string; fix: string }

export type SandboxLimits = {
  /** Of one worker, the engine's own ~100 MB included. */
  memoryBytes: number
  /** Processes and threads together, where the level can count them. */
  maxProcesses: number
  /** Of the worker's temporary folder, which is all that it can write to. */
  tmpBytes: number
}

export type ProcessEnd = {
  /** Exit code, signal, or why it did not start. */
  how: string
  /** The kernel ended it for its memory. */
  isMemory: boolean
}

export type SandboxedProcess = {
  /** On this machine, once it is known; 0 before, and where the process runs on another machine. */
  readonly pid: number
  /** Carries frames both ways. */
  readonly channel: Duplex
  /** Shared with the worker, where a descriptor can be handed to it. */
  readonly slots?: SlotFile | undefined
  /** Resolves once with the reason, as soon as nothing more will come. */
  readonly ended: Promise<ProcessEnd>
  /** Resolves when no process and no file of it is left. */
  readonly exited: Promise<void>
  /** Of all its processes, without pages of mapped files; 0 when it has ended. */
  rssBytes(): Promise<number>
  /** Makes a model's folder readable inside, and no other; answers the folder's path there. */
  showModel(modelKey: string, dir: string): string
  stderr(): string
  kill(): void
}

/** One way to keep a stranger's model away from the machine. */
export type Sandbox = {
  readonly level: SandboxLevel
  /** What receipts say: the level, and the digest of what the worker runs on where the level fixes it. */
  describe(): string
  /** Whether this machine offers the level, without starting a worker. */
  probe(): Promise<SandboxProbe>
  /** Builds what workers run on; once, before the first launch. */
  prepare(): Promise<void>
  launch(limits: SandboxLimits): SandboxedProcess
}
