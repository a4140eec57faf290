import { type Stats, statSync } from 'node:fs'
import * as ort from 'onnxruntime-node'
import type { WorkerFaultCode } from '../protocol.ts'
import type { ExecutionProvider } from '../providers.ts'
import { assertBuiltIn, sessionOptions } from './sessionOptions.ts'
import { WorkerFault } from './workerFault.ts'

const maxSessions = 4

export type SessionCache = {
  open(
    modelKey: string,
    path: string,
    provider: ExecutionProvider,
  ): Promise<{ session: ort.InferenceSession; loadMs: number }>
  /** Keys of the loaded models, the one used last at the end. */
  keys(): string[]
}

type Loaded = { modelKey: string; session: ort.InferenceSession; file: Stats }

/** Keeps the sessions used last; one worker serves one job at a time, so nothing here races. */
export function createSessionCache(): SessionCache {
  const sessions = new Map<string, Loaded>()

  const drop = async (slot: string) => {
    const loaded = sessions.get(slot)
    sessions.delete(slot)
    await loaded?.session.release()
  }

  const load = async (
    slot: string,
    request: { modelKey: string; path: string; provider: ExecutionProvider },
  ) => {
    const { modelKey, path, provider } = request
    await drop(slot)
    const file = statFile(path)
    const session = await createSession(path, provider)
    sessions.set(slot, { modelKey, session, file })
    const [oldest] = sessions.keys()
    if (sessions.size > maxSessions && oldest !== undefined) await drop(oldest)
    return session
  }

  return {
    async open(modelKey, path, provider) {
      const slot = `${provider}:${modelKey}`
      const known = sessions.get(slot)
      // A model that was stored anew has other files, and a session may still map the old ones.
      if (known !== undefined && isSameFile(known.file, statFile(path))) {
        sessions.delete(slot)
        sessions.set(slot, known)
        return { session: known.session, loadMs: 0 }
      }
      const startedAt = performance.now()
      const session = await load(slot, { modelKey, path, provider })
      return { session, loadMs: performance.now() - startedAt }
    },
    keys: () => [...new Set([...sessions.values()].map((entry) => entry.modelKey))],
  }
}

function statFile(path: string): Stats {
  try {
    return statSync(path)
  } catch {
    throw new WorkerFault('MODEL_LOAD_FAILED', 'the model file is missing')
  }
}

const isSameFile = (a: Stats, b: Stats): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.mtimeMs === b.mtimeMs

async function createSession(path: string, provider: ExecutionProvider): Promise<ort.InferenceSession> {
  assertBuiltIn(provider)
  try {
    return await ort.InferenceSession.create(path, sessionOptions(provider))
  } catch (cause) {
    throw toFault('MODEL_LOAD_FAILED', cause)
  }
}

/** Tells a lack of memory from every other reason. */
export function toFault(code: WorkerFaultCode, cause: unknown): WorkerFault {
  if (cause instanceof WorkerFault) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  const isMemory =
    /bad_alloc|bad allocation|failed to allocate|allocation failed|out of memory|array buffer/i.test(message)
  return new WorkerFault(isMemory ? 'MEMORY_LIMIT' : code, message.slice(0, 2000))
}
