import type { Io, TextSink } from './io.ts'

/** Colours only on a terminal and never against NO_COLOR (https://no-color.org). */
export function hasColours(io: Io, sink: TextSink): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = io.environment
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0') return true
  return sink.isTTY === true && TERM !== 'dumb'
}
