import { Socket } from 'node:net'
import * as ort from 'onnxruntime-node'
import { createFrameParser } from '../../packages/node/src/runtime/frameParser.ts'
import type { WireTensor } from '../../packages/node/src/runtime/protocol.ts'
import { toBytes, toFeeds } from '../../packages/node/src/runtime/worker/ortTensors.ts'
import { sessionOptions } from '../../packages/node/src/runtime/worker/sessionOptions.ts'
import { writeFrame } from '../../packages/node/src/runtime/writeFrame.ts'

type Command =
  | { op: 'load'; path: string; tensors: readonly WireTensor[] }
  | { op: 'loop'; forMs: number }
  | { op: 'run' }

/**
 * What the pool is compared with: a child process and the engine, nothing else. `loop` runs one input again and again inside
 * of the process; `run` is what a plain child process does, an input from the pipe and the outputs back.
 */
let session: ort.InferenceSession | undefined
let tensors: readonly WireTensor[] = []
let kept: Uint8Array = new Uint8Array()

async function loop(forMs: number) {
  const feeds = toFeeds(tensors, kept)
  const times: number[] = []
  const end = performance.now() + forMs
  for (let now = performance.now(); now < end; ) {
    await session?.run(feeds)
    const after = performance.now()
    times.push(after - now)
    now = after
  }
  times.sort((a, b) => a - b)
  return { count: times.length, p50Ms: times[times.length >> 1] ?? 0 }
}

async function serve(command: Command, payload: Uint8Array): Promise<[object, readonly Uint8Array[]]> {
  if (command.op === 'loop') return [await loop(command.forMs), []]
  if (command.op === 'run') {
    const results = await session?.run(toFeeds(tensors, payload))
    return [{ done: true }, Object.values(results ?? {}).map((value) => toBytes(value as ort.Tensor))]
  }
  session = await ort.InferenceSession.create(command.path, sessionOptions('cpu'))
  tensors = command.tensors
  kept = payload
  return [{ loaded: true }, []]
}

// The engine's binding knows half precision only as 16-bit integers.
Reflect.deleteProperty(globalThis, 'Float16Array')
const socket = new Socket({ fd: 3, readable: true, writable: true })
const parser = createFrameParser({
  maxPayloadBytes: () => 2 ** 30,
  onFrame: async ({ header, payload }) => {
    const [answer, parts] = await serve(header as Command, payload)
    writeFrame(socket, answer, parts)
  },
})
socket.on('data', (chunk: Uint8Array) => void parser.push(chunk))
socket.on('close', () => process.exit(0))
