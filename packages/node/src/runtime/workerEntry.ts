import { fileURLToPath } from 'node:url'

/** The module that a worker runs, as source or as built. */
export function workerEntry(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fileURLToPath(new URL(`./worker/entry.${extension}`, import.meta.url))
}
