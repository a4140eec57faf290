import type { Sandbox } from '../sandbox/sandbox.ts'
import { type ExecutionProviderReport, probeExecutionProviders } from './probeExecutionProviders.ts'
import type { ExecutionProvider, ProviderName } from './providers.ts'

export type SelectedProviders = {
  /** What models are tried on, in this order; the CPU is always among them. */
  executionProviders: readonly ExecutionProvider[]
  /** Those that were wanted and are not there, each with the reason. */
  unavailable: readonly { name: ProviderName; reason: string }[]
}

export type SelectOptions = {
  /** What workers will run in: a device may be there and not inside of it. */
  sandbox?: Sandbox | undefined
  probe?: typeof probeExecutionProviders
}

/** Tries the wanted providers on this machine; what is not there is left out with a reason, and the CPU comes last. */
export async function selectExecutionProviders(
  wanted: readonly ProviderName[],
  { sandbox, probe = probeExecutionProviders }: SelectOptions = {},
): Promise<SelectedProviders> {
  const names = wanted.includes('cpu') ? wanted : [...wanted, 'cpu' as const]
  const tried = names.filter((name) => name !== 'cpu')
  const reports = tried.length === 0 ? [] : await probe(tried, sandbox)
  const byName = new Map(reports.map((report) => [report.name, report]))
  return {
    executionProviders: names.flatMap((name) =>
      name === 'cpu' ? [name] : (byName.get(name)?.options ?? []),
    ),
    unavailable: reports.filter(({ available }) => !available).map(toRefusal),
  }
}

const toRefusal = ({ name, reason }: ExecutionProviderReport) => ({
  name,
  reason: reason ?? 'it creates no session',
})
