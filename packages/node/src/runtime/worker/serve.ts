import type { Duplex } from 'node:stream'
import type { CompactFrame } from '../compactFrame.ts'
import { encodeFrame } from '../encodeFrame.ts'
import { createFrameParser, type Frame } from '../frameParser.ts'
import { createFrameWriter } from '../frameWriter.ts'
import type { WorkerCommand } from '../protocol.ts'
import type { CommandHandler } from './commandHandler.ts'

const maxPayloadBytes = 0xffff_ffff
/** An answer waits for the next ones no longer than this. */
const gatherMs = 1
const mostAtOnce = 16

type Waiting = { frame: Frame } | { compact: CompactFrame }

/** Answers commands in their order. What the parent sends meanwhile waits here; answers of short runs leave together. */
export function serve(stream: Duplex, handler: CommandHandler, die: () => void): void {
  const waiting: Waiting[] = []
  const writer = createFrameWriter(stream, { isManual: true })
  let isBusy = false
  let flushedAt = 0

  const flush = () => {
    writer.flush()
    flushedAt = performance.now()
  }

  /** A long run would hold back what is finished. */
  const flushBefore = (next: Waiting | undefined) => {
    const isShort = next !== undefined && 'compact' in next && handler.expectedMs(next.compact) < gatherMs
    if (!isShort || performance.now() - flushedAt > gatherMs) flush()
  }

  const compactOnes = (): CompactFrame[] => {
    const alike: CompactFrame[] = []
    for (const item of waiting.slice(0, mostAtOnce)) {
      if (!('compact' in item)) break
      alike.push(item.compact)
    }
    return alike
  }

  const serveNext = async (next: Waiting) => {
    if ('compact' in next) {
      const { count, answer } = await handler.runBound(compactOnes())
      waiting.splice(0, count)
      writer.push(answer)
      return
    }
    waiting.shift()
    const { header, payload } = next.frame
    writer.push(await handler.handle(header as WorkerCommand, payload))
  }

  const pump = async () => {
    if (isBusy) return
    isBusy = true
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      await serveNext(next)
      flushBefore(waiting[0])
    }
    isBusy = false
  }

  const parser = createFrameParser({
    maxPayloadBytes: () => maxPayloadBytes,
    onFrame: (frame) => void waiting.push({ frame }),
    onCompact: (compact) => void waiting.push({ compact }),
  })
  stream.on('data', (chunk: Uint8Array) => {
    if (parser.push(chunk) !== undefined) die()
    void pump()
  })
  stream.on('close', die)
  stream.on('error', die)
  writer.push(encodeFrame({ type: 'ready', runtime: handler.runtime }, []))
  flush()
}
