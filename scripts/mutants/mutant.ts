import { globSync } from 'node:fs'

/** Invariant suites of test/contracts/invariants, and the branching trees beside them. */
export type Suite =
  | 'Jobs'
  | 'Disputes'
  | 'Stakes'
  | 'Models'
  | 'Channels'
  | 'Orders'
  | 'Trees'
  | 'ChannelTrees'
  | 'OrderTrees'
  | 'PolicyTrees'
  | 'Receipts'
  | 'Faults'
  | 'Gates'

/** A fault of one line. Some test of its suites must fail because of it. */
export type Mutant = {
  name: string
  /** Number of the property that it breaks; absent for generated ones. */
  property?: number
  /** Stands exactly once in all contracts together. */
  find: string
  replace: string
  why: string
  suites: readonly Suite[]
}

/** The contracts in which faults are planted. */
export const sourcesOf = (root: string): string[] =>
  globSync(['contracts/*.sol', 'contracts/libraries/*.sol'], { cwd: root }).toSorted()
