import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { type ExecutionProvider, probeModel } from '../providers.ts'
import { assertBuiltIn, sessionOptions } from './sessionOptions.ts'

type ProfileEvent = { cat?: string; args?: { provider?: string } }

/** Runs the probe model under the engine's profiler; answers which providers really executed its nodes. */
export async function probeProvider(path: string, provider: ExecutionProvider): Promise<string[]> {
  assertBuiltIn(provider)
  const profileDir = mkdtempSync(join(process.cwd(), 'profile-'))
  try {
    const session = await ort.InferenceSession.create(path, {
      ...sessionOptions(provider),
      enableProfiling: true,
      profileFilePrefix: join(profileDir, 'p'),
    })
    const input = new ort.Tensor('float32', new Float32Array(probeModel.elements).fill(1), probeModel.dims)
    await session.run({ [probeModel.input]: input })
    session.endProfiling()
    await session.release()
    return readdirSync(profileDir).flatMap((file) =>
      providersIn(readFileSync(join(profileDir, file), 'utf8')),
    )
  } finally {
    rmSync(profileDir, { recursive: true, force: true })
  }
}

function providersIn(profile: string): string[] {
  const events = JSON.parse(profile) as ProfileEvent[]
  const names = events.filter((event) => event.cat === 'Node').map((event) => event.args?.provider)
  return [...new Set(names.filter((name) => name !== undefined))]
}
