import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { TensorSet } from '@dim/sdk'

export type DirectRun = {
  onnxPath: string
  inputs: TensorSet.TensorSet
  stateDir: string
  signal: AbortSignal
}

const exec = promisify(execFile)
const program = fileURLToPath(new URL('./directRun.ts', import.meta.url))

/** Outputs of the same model file on the same tensors, computed in a separate process without any of our runtime. */
export async function runDirectly({
  onnxPath,
  inputs,
  stateDir,
  signal,
}: DirectRun): Promise<TensorSet.TensorSet> {
  const dir = await mkdtemp(join(stateDir, 'direct-'))
  try {
    const files = { inputs: join(dir, 'inputs'), outputs: join(dir, 'outputs') }
    await writeFile(files.inputs, TensorSet.encode(inputs))
    await exec(process.execPath, [program, onnxPath, files.inputs, files.outputs], { signal })
    return TensorSet.decode(await readFile(files.outputs))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
