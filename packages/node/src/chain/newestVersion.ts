import type { Intent, Version } from './intentStore.ts'

/** The last signed form under the intent's present nonce. */
export function newestVersion({ versions, nonce }: Intent): Version | undefined {
  return versions.findLast((version) => version.nonce === nonce)
}
