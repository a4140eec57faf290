import { existsSync } from 'node:fs'
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

/** Keeps the sessions used last; one worker serves one job at a time, so nothing here races. */
export function createSessionCache(): SessionCache {
  const sessions = new Map<string, { modelKey: string; session: ort.InferenceSession }>()
  return {
    async open(modelKey, path, provider) {
      const slot = `${provider}:${modelKey}`
      const known = sessions.get(slot)
      if (known !== undefined) {
        sessions.delete(slot)
        sessions.set(slot, known)
        return { session: known.session, loadMs: 0 }
      }
      const startedAt = performance.now()
      const session = await createSession(path, provider)
      sessions.set(slot, { modelKey, session })
      await evict(sessions)
      return { session, loadMs: performance.now() - startedAt }
    },
    keys: () => [...new Set([...sessions.values()].map((entry) => entry.modelKey))],
  }
}

async function evict(sessions: Map<string, { session: ort.InferenceSession }>): Promise<void> {
  for (const [slot, { session }] of sessions) {
    if (sessions.size <= maxSessions) return
    sessions.delete(slot)
    await session.release()
  }
}

async function createSession(path: string, provider: ExecutionProvider): Promise<ort.InferenceSession> {
  assertBuiltIn(provider)
  if (!existsSync(path)) throw new WorkerFault('MODEL_LOAD_FAILED', 'the model file is missing')
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
