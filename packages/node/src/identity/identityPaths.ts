import { join } from 'node:path'

/** The files of a node's identity. */
export const identityPaths = (dir: string) => ({
  account: join(dir, 'account.json'),
  service: join(dir, 'service.json'),
  hpke: join(dir, 'hpke.json'),
})
