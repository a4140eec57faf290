import { type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { isSameFile } from '../isSameFile.ts'
import type { WorkerFaultCode } from '../protocol.ts'
import type { ExecutionProvider } from '../providers.ts'
import { assertBuiltIn, sessionOptions } from './sessionOptions.ts'
import { WorkerFault } from './workerFault.ts'

const maxSessions = 4

export type SessionRequest = {
  dir: string
  entry: string
  executionProvider: ExecutionProvider
  threads: number
}

type Opened = { session: ort.InferenceSession; loadMs: number }

export type SessionCache = {
  /** A file that was looked at less than `trustMs` ago is not looked at again. */
  open(modelKey: string, request: SessionRequest, options?: { trustMs: number }): Promise<Opened>
  /** Keys of the loaded models, the one used last at the end. */
  keys(): string[]
}

type Loaded = { modelKey: string; session: ort.InferenceSession; file: Stats; checkedAt: number }

/** Keeps the sessions used last; one worker serves one job at a time, so nothing here races. */
export function createSessionCache(): SessionCache {
  const sessions = new Map<string, Loaded>()

  const drop = async (slot: string) => {
    const loaded = sessions.get(slot)
    sessions.delete(slot)
    await loaded?.session.release()
  }

  const load = async (slot: string, modelKey: string, request: SessionRequest) => {
    await drop(slot)
    const path = join(request.dir, request.entry)
    const file = statFile(path)
    const session = await createSession(path, request)
    sessions.set(slot, { modelKey, session, file, checkedAt: performance.now() })
    const [oldest] = sessions.keys()
    if (sessions.size > maxSessions && oldest !== undefined) await drop(oldest)
    return session
  }

  /** A model that was stored anew has other files, and a session may still map the old ones. */
  const isCurrent = (known: Loaded, { dir, entry }: SessionRequest, trustMs: number): boolean => {
    const now = performance.now()
    if (now - known.checkedAt < trustMs) return true
    known.checkedAt = now
    return isSameFile(known.file, statFile(join(dir, entry)))
  }

  return {
    async open(modelKey, request, { trustMs } = { trustMs: 0 }) {
      const slot = `${request.executionProvider}:${request.threads}:${modelKey}`
      const known = sessions.get(slot)
      if (known !== undefined && isCurrent(known, request, trustMs)) {
        sessions.delete(slot)
        sessions.set(slot, known)
        return { session: known.session, loadMs: 0 }
      }
      const startedAt = performance.now()
      const session = await load(slot, modelKey, request)
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

async function createSession(
  path: string,
  { executionProvider, threads }: SessionRequest,
): Promise<ort.InferenceSession> {
  assertBuiltIn(executionProvider)
  try {
    return await ort.InferenceSession.create(path, sessionOptions(executionProvider, threads))
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
