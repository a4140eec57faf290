import type { Duplex } from 'node:stream'
import type { BaseError, TensorSet } from '@dim/sdk'
import { type BoundTransfer, createBoundTransfer } from './boundTransfer.ts'
import { type Binding, createChannelBindings } from './channelBindings.ts'
import { type CompactFrame, noSlot } from './compactFrame.ts'
import { encodeFrame } from './encodeFrame.ts'
import {
  JobAbortedError,
  JobTimeoutError,
  MemoryLimitError,
  OutputTooLargeError,
  WorkerCrashedError,
} from './errors.ts'
import { faultError } from './faultError.ts'
import { createFrameParser, type Frame } from './frameParser.ts'
import { createFrameWriter } from './frameWriter.ts'
import { paddedBytes } from './paddedBytes.ts'
import {
  type BatchAxes,
  type RunCommand,
  type WorkerCommand,
  type WorkerReply,
  workerReply,
} from './protocol.ts'
import type { ExecutionProvider } from './providers.ts'
import type { SlotFile } from './slotFile.ts'
import { createWatchdog } from './watchdog.ts'
import { fromWire, toWire } from './wireTensors.ts'
import type { RunnableModel } from './workerPool.ts'

const payloadSlackBytes = 64 * 1024
const mostIds = 0xffff_fff0

export type CommandLimits = { timeoutMs: number; maxOutputBytes: number; signal?: AbortSignal | undefined }

export type CommandAnswer = { reply: Exclude<WorkerReply, { type: 'ready' }>; payload: Uint8Array }

export type ChannelRun = CommandLimits & {
  model: RunnableModel
  inputs: TensorSet.TensorSet
  executionProvider: ExecutionProvider
  threads: number
  /** Undefined for a run whose outputs must be the same bytes as those of a run alone. */
  batch?: { axes: BatchAxes; most: number } | undefined
}

export type ChannelResult = {
  outputs: TensorSet.TensorSet
  loadMs: number
  runMs: number
  transferMs: number
  /** Runs that were executed together with this one, itself included. */
  batch: number
}

/** The worker ended with several runs in it, and whose fault it was cannot be told: the run is to be repeated alone. */
export const displaced = Symbol('displaced')

export type WorkerChannelOptions = {
  stream: Duplex
  slots: SlotFile | undefined
  memoryLimitBytes: number
  rssBytes(): Promise<number>
  /** The folder of a model as the worker sees it. */
  showModel(modelKey: string, dir: string): string
  kill(): void
}

export type WorkerChannel = {
  /** Resolves with the engine's description; rejects when the worker ends before that. */
  readonly ready: Promise<string>
  readonly models: readonly string[]
  readonly rssBytes: number
  /** False from the moment at which its worker is about to end. */
  readonly isUsable: boolean
  /** Asks for the memory now and keeps it. */
  refreshRss(): Promise<number>
  run(run: ChannelRun): Promise<ChannelResult | typeof displaced>
  execute(
    modelKey: string,
    command: WorkerCommand,
    options: { parts: readonly Uint8Array[]; limits: CommandLimits },
  ): Promise<CommandAnswer>
  /** Tells of the worker's end, which is where everything in flight ends. */
  end(end: { isMemory: boolean; details: string }): void
}

type Pending = {
  id: number
  modelKey: string
  limits: CommandLimits
  binding: Binding | undefined
  slot: number
  isAbandoned: boolean
  onReply(reply: CommandAnswer['reply'], payload: Uint8Array): void
  onCompact(frame: CompactFrame): void
  onDisplaced: (() => void) | undefined
  reject(error: unknown): void
  detach(): void
}

type Sent = {
  request: ChannelRun
  /** The binding that this run asks the worker to make. */
  asks: Binding | undefined
  binding: Binding | undefined
  slot: number
  result: PromiseWithResolvers<ChannelResult | typeof displaced>
}

/** Talks with one worker: several runs on their way at once, answered in their order, each under its limits. */
export function createWorkerChannel(options: WorkerChannelOptions): WorkerChannel {
  const { stream, slots, memoryLimitBytes } = options
  const ready = Promise.withResolvers<string>()
  const inFlight: Pending[] = []
  const bindings = createChannelBindings()
  const transfer = createBoundTransfer(slots)
  const writer = createFrameWriter(stream)
  const shown = new Set<string>()
  let models: readonly string[] = []
  let rssBytes = 0
  let nextId = 1
  let headSince = 0
  let isReady = false
  let isEnded = false
  let isKilled = false
  let killReason: BaseError | undefined
  ready.promise.catch(() => undefined)

  const kill = () => {
    isKilled = true
    options.kill()
  }
  const killFor = (reason: BaseError) => {
    killReason ??= reason
    kill()
  }
  const watchdog = createWatchdog({
    current: () => {
      const head = inFlight[0]
      return head && { since: headSince, timeoutMs: head.limits.timeoutMs }
    },
    rssBytes: options.rssBytes,
    onTimeout: (timeoutMs) => killFor(new JobTimeoutError(inFlight[0]?.modelKey ?? 'none', timeoutMs)),
    onMemory(bytes) {
      rssBytes = bytes
      if (bytes > memoryLimitBytes)
        killFor(new MemoryLimitError(inFlight[0]?.modelKey ?? 'none', memoryLimitBytes))
    },
  })

  const takeHead = (): Pending | undefined => {
    const head = inFlight.shift()
    head?.detach()
    if (head !== undefined) release(transfer, head)
    return head
  }

  const onFrame = ({ header, payload }: Frame) => {
    const parsed = workerReply.safeParse(header)
    if (!parsed.success) return kill()
    const reply = parsed.data
    if (reply.type === 'ready') {
      if (isReady) return kill()
      isReady = true
      return ready.resolve(reply.runtime)
    }
    if (inFlight[0]?.id !== reply.id) return kill()
    // A worker that claims models it never had would draw the runs of others to itself.
    if (reply.type !== 'probed') models = reply.models.filter((key) => shown.has(key))
    const head = takeHead()
    if (!head?.isAbandoned) head?.onReply(reply, payload)
    headSince = performance.now()
  }

  const onCompact = (frame: CompactFrame) => {
    const head = inFlight[0]
    if (head?.id !== frame.id || head.binding?.number !== frame.binding) return kill()
    inFlight.shift()
    head.detach()
    if (!head.isAbandoned) head.onCompact(frame)
    release(transfer, head)
    headSince = performance.now()
  }

  const parser = createFrameParser({
    maxPayloadBytes: () =>
      inFlight[0] === undefined ? 0 : inFlight[0].limits.maxOutputBytes + payloadSlackBytes,
    onFrame,
    onCompact,
  })
  stream.on('data', (chunk: Uint8Array) => {
    const fault = parser.push(chunk)
    if (fault === undefined) return
    const head = inFlight[0]
    if (!fault.isOversize || head === undefined) return kill()
    // What is too large is the head's: its frame says so itself.
    takeHead()?.reject(new OutputTooLargeError(head.modelKey, head.limits.maxOutputBytes))
    kill()
  })
  // A broken pipe is followed by the end, which is where a run fails.
  stream.on('error', () => kill())

  const enqueue = (pending: Pending) => {
    if (inFlight.length === 0) headSince = performance.now()
    inFlight.push(pending)
    watchdog.wake()
  }

  const watchSignal = (modelKey: string, signal: AbortSignal | undefined, pending: () => Pending) => {
    if (signal === undefined) return () => undefined
    const onAbort = () => {
      const reason = new JobAbortedError(modelKey, signal.reason)
      if (inFlight.length === 1) return killFor(reason)
      const entry = pending()
      entry.isAbandoned = true
      entry.reject(reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    return () => signal.removeEventListener('abort', onAbort)
  }

  const takeId = () => {
    nextId = nextId >= mostIds ? 1 : nextId + 1
    return nextId
  }

  const toTransfer = (loadMs: number, runMs: number) =>
    Math.max(0, performance.now() - headSince - loadMs - runMs)

  /** What a run is answered with in full. */
  const settleReply = ({ request, asks, result }: Sent, { reply, payload }: CommandAnswer) => {
    const { model, executionProvider: provider, maxOutputBytes } = request
    if (reply.type !== 'outputs') {
      if (asks !== undefined) asks.state = 'refused'
      const context = { modelKey: model.key, provider, maxOutputBytes, memoryLimitBytes }
      return result.reject(faultError(reply, context))
    }
    if (asks !== undefined) confirm(asks, reply)
    const { loadMs, runMs } = reply
    try {
      const outputs = fromWire(model.key, reply.tensors, payload)
      result.resolve({ outputs, loadMs, runMs, transferMs: toTransfer(loadMs, runMs), batch: 1 })
    } catch (error) {
      kill()
      result.reject(error)
    }
  }

  /** What a run of a known shape is answered with. */
  const settleCompact = ({ request, binding, slot, result }: Sent, frame: CompactFrame) => {
    const { key } = request.model
    const bytes = binding === undefined ? undefined : transfer.receive(frame, binding, slot)
    if (binding === undefined || bytes === undefined) {
      kill()
      return result.reject(new WorkerCrashedError(key, 'outputs that are not what was agreed on'))
    }
    const runMs = frame.first / 1000
    const outputs = fromWire(key, binding.outputs.tensors, bytes)
    result.resolve({ outputs, loadMs: 0, runMs, transferMs: toTransfer(0, runMs), batch: frame.second })
  }

  const toPending = (id: number, sent: Sent): Pending => {
    const { request, binding, slot, result } = sent
    const pending: Pending = {
      ...{ id, modelKey: request.model.key, limits: request, binding, slot, isAbandoned: false },
      onReply: (reply, payload) => settleReply(sent, { reply, payload }),
      onCompact: (frame) => settleCompact(sent, frame),
      onDisplaced: () => result.resolve(displaced),
      reject: result.reject,
      detach: watchSignal(request.model.key, request.signal, () => pending),
    }
    return pending
  }

  const toCommand = (id: number, dir: string, { request, asks }: Sent): Uint8Array[] => {
    const { model, inputs, executionProvider, threads, maxOutputBytes, batch } = request
    const { tensors, parts } = toWire(model.key, inputs)
    const command: RunCommand = {
      ...{ id, op: 'run', modelKey: model.key, dir, entry: model.entry },
      ...{ executionProvider, threads, maxOutputBytes, tensors },
      ...(asks === undefined ? {} : { bind: { number: asks.number, batchAxes: batch?.axes } }),
    }
    return encodeFrame(command, parts)
  }

  const run = (request: ChannelRun): Promise<ChannelResult | typeof displaced> => {
    const { model, inputs, batch } = request
    if (isEnded || isKilled) return Promise.resolve(displaced)
    // Whatever this throws, nothing is on its way yet.
    const dir = options.showModel(model.key, model.dir)
    shown.add(model.key)
    const result = Promise.withResolvers<ChannelResult | typeof displaced>()
    const found = bindings.find(signatureOf(request), inputs)
    const id = takeId()
    const bound =
      found?.state === 'bound'
        ? transfer.send({ id, binding: found, mostInBatch: batch?.most ?? 1, inputs })
        : undefined
    const asks = found?.state === 'new' ? found : undefined
    const binding = bound === undefined ? asks : found
    if (asks !== undefined) asks.state = 'asked'
    if (binding !== undefined) binding.inFlight += 1
    const sent: Sent = { request, asks, binding, slot: bound?.slot ?? noSlot, result }
    enqueue(toPending(id, sent))
    writer.push(bound === undefined ? toCommand(id, dir, sent) : [bound.frame])
    return result.promise
  }

  return {
    ready: ready.promise,
    get models() {
      return models
    },
    get rssBytes() {
      return rssBytes
    },
    get isUsable() {
      return !isEnded && !isKilled
    },
    async refreshRss() {
      rssBytes = await options.rssBytes()
      return rssBytes
    },
    run,
    execute(modelKey, command, { parts, limits }) {
      const dir = options.showModel(modelKey, command.dir)
      shown.add(modelKey)
      const answer = Promise.withResolvers<CommandAnswer>()
      const id = takeId()
      const pending: Pending = {
        ...{ id, modelKey, limits, binding: undefined, slot: noSlot, isAbandoned: false },
        onReply: (reply, payload) => answer.resolve({ reply, payload }),
        onCompact: () => kill(),
        onDisplaced: undefined,
        reject: answer.reject,
        detach: watchSignal(modelKey, limits.signal, () => pending),
      }
      enqueue(pending)
      writer.push(encodeFrame({ ...command, id, dir }, parts))
      return answer.promise
    },
    end({ isMemory, details }) {
      isEnded = true
      watchdog.stop()
      ready.reject(killReason ?? new WorkerCrashedError('none', details))
      const lost = inFlight.splice(0)
      const isAlone = lost.length === 1
      for (const pending of lost) {
        pending.detach()
        if (pending.isAbandoned) continue
        if (!isAlone && pending.onDisplaced !== undefined) pending.onDisplaced()
        else pending.reject(killReason ?? endReason(pending.modelKey, memoryLimitBytes, isMemory, details))
      }
    },
  }
}

function signatureOf({
  model,
  inputs,
  executionProvider,
  threads,
  maxOutputBytes,
  batch,
}: ChannelRun): string {
  let signature = `${executionProvider} ${threads} ${maxOutputBytes} ${batch === undefined ? 0 : 1} ${model.key} ${model.entry}`
  for (const name in inputs) {
    const tensor = inputs[name]
    signature += ` ${name} ${tensor?.dtype} ${tensor?.dims}`
  }
  return signature
}

function confirm(binding: Binding, reply: Extract<CommandAnswer['reply'], { type: 'outputs' }>): void {
  binding.state = reply.bound ? 'bound' : 'refused'
  const bytes = reply.tensors.reduce((sum, tensor) => sum + paddedBytes(tensor.bytes), 0)
  binding.outputs = { tensors: reply.tensors, bytes }
}

function release(transfer: BoundTransfer, { binding, slot }: Pending): void {
  if (binding !== undefined) binding.inFlight -= 1
  transfer.release(slot)
}

/** A process that runs into its kernel limit ends by itself and says so on the way. */
function endReason(
  modelKey: string,
  memoryLimitBytes: number,
  isMemory: boolean,
  details: string,
): BaseError {
  const saysMemory = /out of memory|bad_alloc|Cannot allocate memory|OOM/i.test(details)
  return isMemory || saysMemory
    ? new MemoryLimitError(modelKey, memoryLimitBytes, details)
    : new WorkerCrashedError(modelKey, details)
}
