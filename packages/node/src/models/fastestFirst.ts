import type { ExecutionProvider } from '../runtime/providers.ts'

/** Providers by the measured time of a run, the fastest first; without a measurement of each, in the order they came in. */
export function fastestFirst(
  passed: readonly ExecutionProvider[],
  runMsOf: (executionProvider: ExecutionProvider) => number | undefined,
): readonly ExecutionProvider[] {
  const times = new Map(passed.map((provider) => [provider, runMsOf(provider)] as const))
  if ([...times.values()].includes(undefined)) return passed
  return passed.toSorted((a, b) => (times.get(a) ?? 0) - (times.get(b) ?? 0))
}
