import { mkdtemp, rm } from 'node:fs/promises'
import { arch, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildContracts } from '../../packages/node/src/devnet/build.ts'
import { gatherEvidence } from './gatherEvidence.ts'
import { isMac } from './isMac.ts'

async function main(): Promise<void> {
  if (!isMac({ platform: platform(), arch: arch() })) return console.log('skipped: not a Mac')
  await buildContracts({ environment: process.env, signal: AbortSignal.timeout(600_000) })
  const { openMachine } = await import('./openMachine.ts')
  const dir = await mkdtemp(join(tmpdir(), 'dim-metal-'))
  try {
    const { machine, close } = await openMachine({ dir })
    const { passed, faults } = await gatherEvidence(machine, console.log).finally(close)
    for (const fault of faults) console.log(`✖ ${fault}`)
    console.log(`${passed} passed, ${faults.length} failed`)
    process.exitCode = faults.length === 0 ? 0 : 1
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

await main()
