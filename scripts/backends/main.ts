import { fileURLToPath } from 'node:url'
import { ensurePythonEnvironment } from '../python/environment.ts'
import type { Counts } from './checkAll.ts'
import { checkLlamaServer } from './llamaServer.ts'
import { checkMlServer } from './mlServer.ts'

const cache = fileURLToPath(new URL('../../.dim-cache/backends', import.meta.url))

type Server = {
  name: string
  folder: string
  requirements: readonly string[]
  note?: string
  check: (program: (name: string) => string) => Promise<Counts>
}

const servers: readonly Server[] = [
  {
    name: 'MLServer 1.7.1',
    folder: 'mlserver-1.7.1',
    // With a newer uvloop it dies at its start.
    requirements: ['mlserver==1.7.1', 'uvloop<0.22'],
    check: checkMlServer,
  },
  {
    name: 'llama-cpp-python 0.3.36',
    folder: 'llama-cpp-0.3.36',
    requirements: ['llama-cpp-python[server]==0.3.36', 'gguf==0.17.1'],
    note: 'llama.cpp is compiled on first use: five to twenty minutes',
    check: checkLlamaServer,
  },
]

async function checkServer({ name, folder, requirements, note, check }: Server): Promise<Counts | 'skipped'> {
  if (note !== undefined) console.log(`  ${name}: ${note}`)
  const environment = ensurePythonEnvironment(`${cache}/${folder}`, ...requirements)
  if (environment.kind === 'ready') return check(environment.program)
  if (environment.kind === 'skipped') {
    console.log(`skipped: ${environment.reason}. ${name} was not tried.`)
    return 'skipped'
  }
  console.log(`BACKENDS_FAILED: ${name} could not be installed: ${environment.reason}`)
  return { passed: 0, failed: 1 }
}

process.env.CMAKE_ARGS ??= '-DLLAVA_BUILD=OFF -DGGML_OPENMP=OFF -DGGML_LLAMAFILE=OFF'
const totals = { passed: 0, failed: 0 }
let isSkipped = false
for (const server of servers) {
  const counts = await checkServer(server)
  if (counts === 'skipped') isSkipped = true
  else {
    totals.passed += counts.passed
    totals.failed += counts.failed
  }
}
if (!isSkipped || totals.passed + totals.failed > 0) {
  console.log(`${totals.passed} passed, ${totals.failed} failed`)
}
process.exitCode = totals.failed === 0 ? 0 : 1
