import type { RuntimeLogger } from './runtimeLogger.ts'

const ignore = () => undefined

/** For tests and for commands that show nothing of the runtime. */
export const silentLogger: RuntimeLogger = { debug: ignore, info: ignore, warn: ignore, error: ignore }
