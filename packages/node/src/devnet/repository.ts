import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../../', import.meta.url))

/** Places in the clone that a devnet needs: it runs from a clone only. */
export const repository = {
  root,
  hardhat: join(root, 'node_modules/.bin/hardhat'),
  main: join(root, 'packages/node/src/main.ts'),
  artifacts: join(root, 'artifacts/contracts'),
  contracts: join(root, 'contracts'),
  hardhatConfig: join(root, 'hardhat.config.ts'),
  devnetModule: join(root, 'ignition/modules/Devnet.ts'),
  stateDir: join(root, '.devnet'),
} as const
