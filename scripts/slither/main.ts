import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ensurePythonEnvironment } from '../python/environment.ts'
import { analyse } from './analyse.ts'
import { type Answer, compareFindings } from './compareFindings.ts'
import { findingsOf } from './findings.ts'

const VERSION = '0.11.6'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const cache = `${root}/.dim-cache/slither`

function fail(reason: string): 1 {
  console.log(`SLITHER_FAILED: ${reason}\n0 passed, 1 failed`)
  return 1
}

function main(): 0 | 1 {
  const environment = ensurePythonEnvironment(`${cache}/python-${VERSION}`, `slither-analyzer==${VERSION}`)
  if (environment.kind === 'skipped') {
    console.log(`skipped: ${environment.reason}. The contracts were not analysed.`)
    return 0
  }
  if (environment.kind === 'failed') return fail(environment.reason)
  console.log(`  compiling the contracts and running slither ${VERSION} …`)
  const analysis = analyse(root, `${cache}/project`, environment.program('slither'))
  if (analysis.kind === 'failed') return fail(analysis.reason)
  const answers = JSON.parse(
    readFileSync(new URL('answers.json', import.meta.url), 'utf8'),
  ) as readonly Answer[]
  const { answered, failures } = compareFindings(findingsOf(analysis.report), answers)
  for (const failure of failures) console.log(`  ✖ ${failure}`)
  if (failures.length > 0) {
    console.log('  Mend the contract, or answer in scripts/slither/answers.json in one line why it is right.')
  }
  console.log(`${answered.length} passed, ${failures.length} failed`)
  return failures.length === 0 ? 0 : 1
}

process.exitCode = main()
