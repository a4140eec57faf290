import { BaseError } from '@dim/sdk'
import type { Finding } from './finding.ts'

/** A check that fails itself is a finding like any other: it must not hide what the others found. */
export async function guarded(
  group: Finding['group'],
  check: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    const known = error instanceof BaseError
    const text = error instanceof Error ? error.message : String(error)
    return [
      {
        group,
        name: 'check',
        status: 'fail',
        text: known ? `${error.code}: ${error.shortMessage}` : `it could not be looked at: ${text}`,
        fix:
          (known ? error.hint : undefined) ?? 'Run dim node doctor again once the other faults are mended.',
      },
    ]
  }
}
