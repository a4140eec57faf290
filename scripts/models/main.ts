import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ensurePythonEnvironment } from '../python/environment.ts'

const environmentFolder = fileURLToPath(new URL('../../.dim-cache/models/python', import.meta.url))
const program = fileURLToPath(new URL('./make.py', import.meta.url))
const models = fileURLToPath(new URL('../../test/models', import.meta.url))
const requirements = ['onnx==1.23.2', 'onnxruntime==1.30.0', 'onnx-ir==1.1.0', 'numpy==2.4.6']

/** Makes the models of test/models and their expected answers anew; the files are in the repository, so nobody has to. */
const environment = ensurePythonEnvironment(environmentFolder, ...requirements)
if (environment.kind === 'ready') {
  const run = (name: string, ...args: string[]) => spawnSync(name, args, { stdio: 'inherit' }).status ?? 1
  process.exitCode =
    run(environment.program('python'), program, models) || run('biome', 'format', '--write', models)
} else {
  console.log(`${environment.kind}: ${environment.reason}`)
  process.exitCode = environment.kind === 'skipped' ? 0 : 1
}
