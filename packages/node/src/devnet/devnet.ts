import type { ChosenPort } from './choosePort.ts'
import type { DevnetState } from './devnetState.ts'
import type { Seeds } from './seedStore.ts'

/** In the order in which they come up; each needs those before it. */
export const devnetParts = ['chain', 'models', 'providers'] as const
export type DevnetPart = (typeof devnetParts)[number]

export type DevnetOptions = {
  dir: string
  ports: { chain: number; gateway: number }
  /** The last part to bring up. */
  upTo: DevnetPart
  environment: Readonly<Record<string, string | undefined>>
  /** The Node binary for children. */
  execPath: string
  pid: number
  /** Aborting it while the devnet comes up, or later, ends everything. */
  signal: AbortSignal
  /** Called as parts come up, with one line for people. */
  onPart(part: 'ports' | 'contracts' | DevnetPart, line: string): void
}

export type Devnet = {
  state: DevnetState
  seeds: Seeds | undefined
  ports: readonly ChosenPort[]
  /** Resolves with an error when a part ends that nobody stopped. */
  failed: Promise<Error>
  /** Ends every process; the same promise for every caller. */
  stop(): Promise<void>
}
