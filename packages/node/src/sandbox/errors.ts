import { BaseError } from '@dim/sdk'
import type { SandboxLevel, SandboxProbe } from './sandbox.ts'

const charged = 'Nothing was charged.'

const reasonsOf = (probes: readonly SandboxProbe[]): string =>
  probes
    .flatMap((probe) => (probe.available ? [] : [`${probe.level}: ${probe.reason} (${probe.fix})`]))
    .join('\n')

/** The level that the configuration names is not to be had on this machine. */
export class SandboxUnavailableError extends BaseError {
  override readonly code = 'SANDBOX_UNAVAILABLE'
  constructor(level: SandboxLevel, probes: readonly SandboxProbe[]) {
    super(`No worker was started: this machine does not offer the sandbox level "${level}".`, {
      charged,
      details: reasonsOf(probes),
      hint: 'Run "dim node doctor" for what is missing, or set sandbox.level to a level that it lists.',
    })
  }
}

/** Strangers' models would run in a plain process, and nobody said that they may. */
export class SandboxTooWeakError extends BaseError {
  override readonly code = 'SANDBOX_TOO_WEAK'
  constructor(probes: readonly SandboxProbe[]) {
    super(
      'The node was not started: a provider runs models of strangers, and this machine offers a plain process only.',
      {
        charged,
        details: reasonsOf(probes),
        hint: 'Install bubblewrap ("apt install bubblewrap") or a container engine; or accept the risk by name: sandbox.level: process.',
      },
    )
  }
}

/** What a worker runs on inside a sandbox could not be put together. */
export class SandboxBuildFailedError extends BaseError {
  override readonly code = 'SANDBOX_BUILD_FAILED'
  constructor(what: string, cause?: unknown) {
    super(`The file system of the sandbox could not be built: ${what}.`, {
      charged,
      cause,
      hint: 'Check that the disk has 500 MB free and that the clone is complete, then try again.',
    })
  }
}
