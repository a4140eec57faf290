import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readRecords, withDeployments } from './deploy/exportedDeployments.ts'

const root = new URL('../', import.meta.url)
const file = fileURLToPath(new URL('packages/sdk/src/deployments.ts', root))
const source = readFileSync(file, 'utf8')
const wanted = withDeployments(source, readRecords(fileURLToPath(new URL('ignition/records', root))))

if (!process.argv.includes('--check')) writeFileSync(file, wanted)
else if (source !== wanted) {
  console.error(`${file} differs from ignition/records: run node scripts/deployments.ts`)
  process.exitCode = 1
}
