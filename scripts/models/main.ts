import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensurePythonEnvironment } from '../python/environment.ts'

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const models = pathOf('../../test/models')

const programs = [
  {
    name: 'make.py',
    target: models,
    requirements: ['onnx==1.23.2', 'onnxruntime==1.30.0', 'onnx-ir==1.1.0', 'numpy==2.4.6'],
  },
  {
    name: 'features.py',
    target: `${models}/features`,
    requirements: ['tokenizers==0.23.3', 'transformers==5.24.0', 'numpy==2.4.6'],
  },
] as const

const run = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'inherit' }).status === 0

function make({ name, target, requirements }: (typeof programs)[number]): boolean {
  const folder = pathOf(`../../.dim-cache/models/${name.replace('.py', '')}`)
  const environment = ensurePythonEnvironment(folder, ...requirements)
  if (environment.kind === 'ready') return run(environment.program('python'), pathOf(name), target)
  console.log(`${environment.kind}: ${environment.reason}`)
  return environment.kind === 'skipped'
}

/** Makes what lies in test/models anew; the files are in the repository, so nobody has to. */
const isMade = programs.every(make)
process.exitCode = isMade && run('biome', 'format', '--write', models) ? 0 : 1
