import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Duplex, duplexPair } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { BaseError, TensorSet } from '@dim/sdk'
import { type CompactFrame, encodeCompact, noSlot } from './compactFrame.ts'
import { encodeFrame } from './encodeFrame.ts'
import { createFrameParser } from './frameParser.ts'
import type { RunCommand } from './protocol.ts'
import { type SlotFile, slotFileBytes } from './slotFile.ts'
import { type ChannelRun, createWorkerChannel, displaced, type WorkerChannel } from './workerChannel.ts'

let dir: string

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dim-channel-'))
})

after(() => rm(dir, { recursive: true, force: true }))

const bytes = 16_384
const run: ChannelRun = {
  model: { key: 'm', dir: '/', entry: 'm.onnx' },
  inputs: { x: TensorSet.fromTyped('float32', new Float32Array(bytes / 4).fill(1), [bytes / 4]) },
  ...{ executionProvider: 'cpu', threads: 1, maxOutputBytes: 2 * bytes, timeoutMs: 10_000 },
}

class ModelHiddenError extends BaseError {
  override readonly code = 'MODEL_HIDDEN'
}

function showModel(_modelKey: string, at: string): string {
  if (at === 'hidden') throw new ModelHiddenError('The model was not shown.')
  return at
}

type Worker = {
  channel: WorkerChannel
  slots: SlotFile
  killed: () => boolean
  end(): void
  send(pieces: readonly Uint8Array[]): void
}

/** The parent's side for real, and a worker's side that does what a worker never would. */
async function withWorker(
  onCommand: (worker: Worker, command: RunCommand | CompactFrame) => void,
  use: (worker: Worker) => Promise<void>,
): Promise<void> {
  const [stream, far] = duplexPair() as [Duplex, Duplex]
  const fd = openSync(join(dir, `slots-${Math.random()}`), 'wx+')
  ftruncateSync(fd, slotFileBytes)
  const slots: SlotFile = { fd, bytes: slotFileBytes, close: () => closeSync(fd) }
  let isKilled = false
  const end = () => channel.end({ isMemory: false, details: 'ended by the test' })
  const channel = createWorkerChannel({
    ...{ stream, slots, memoryLimitBytes: 2 ** 30, rssBytes: async () => 0, showModel },
    kill() {
      isKilled = true
      queueMicrotask(end)
    },
  })
  const send = (pieces: readonly Uint8Array[]) => pieces.forEach((piece) => void far.write(piece))
  const worker: Worker = { channel, slots, killed: () => isKilled, end, send }
  const parser = createFrameParser({
    maxPayloadBytes: () => 2 ** 30,
    onFrame: ({ header }) => onCommand(worker, header as RunCommand),
    onCompact: (frame) => onCommand(worker, frame),
  })
  far.on('data', (chunk: Uint8Array) => void parser.push(chunk))
  send(encodeFrame({ type: 'ready', runtime: 'r' }, []))
  try {
    await channel.ready
    await use(worker)
  } finally {
    end()
    slots.close()
  }
}

const isBound = (command: RunCommand | CompactFrame): command is CompactFrame => !('op' in command)

/** Answers in full, and binds what it is asked to. */
function answer({ send }: Worker, { id, bind }: RunCommand): void {
  const tensors = [{ name: 'y', dtype: 'float32', dims: [bytes / 4], bytes }]
  const reply = {
    type: 'outputs',
    id,
    tensors,
    loadMs: 0,
    runMs: 1,
    models: ['m', 'never shown'],
    bound: bind !== undefined,
  }
  send(encodeFrame(reply, [new Uint8Array(bytes)]))
}

const lies: [string, (frame: CompactFrame) => Partial<CompactFrame>][] = [
  ['another id', ({ id }) => ({ id: id + 1 })],
  ['another binding', ({ binding }) => ({ binding: binding + 1 })],
  ['another place of the slot file', ({ slot }) => ({ slot: slot + 4096 })],
  ['a place beyond the slot file', () => ({ slot: 0xffff_f000 })],
  ['fewer bytes than were agreed on', () => ({ slot: noSlot })],
]

describe('worker channel', () => {
  for (const [lie, change] of lies) {
    it(`kills a worker that answers with ${lie}, and the run is not taken for done`, async () => {
      const onCommand = (worker: Worker, command: RunCommand | CompactFrame) => {
        if (!isBound(command)) return answer(worker, command)
        worker.send([encodeCompact({ ...command, ...change(command) }, 0)])
      }
      await withWorker(onCommand, async ({ channel, killed }) => {
        for (let warm = 0; warm < 2; warm++) await channel.run(run)
        await assert.rejects(channel.run(run), { code: 'WORKER_CRASHED' })
        assert.ok(killed())
        assert.equal(channel.isUsable, false)
      })
    })
  }

  it('kills a worker that empties the slot file, and reads nothing of it', async () => {
    const onCommand = (worker: Worker, command: RunCommand | CompactFrame) => {
      if (!isBound(command)) return answer(worker, command)
      ftruncateSync(worker.slots.fd, 0)
      worker.send([encodeCompact({ ...command, second: 1 }, 0)])
    }
    await withWorker(onCommand, async ({ channel, killed }) => {
      for (let warm = 0; warm < 2; warm++) await channel.run(run)
      await assert.rejects(channel.run(run), { code: 'WORKER_CRASHED' })
      assert.ok(killed())
    })
  })

  it('kills a worker that speaks when it was not asked', async () => {
    await withWorker(
      () => undefined,
      async ({ channel, send, killed }) => {
        send([encodeCompact({ id: 1, binding: 0, slot: 0, first: 0, second: 0 }, 0)])
        await new Promise((resolve) => setImmediate(resolve))
        assert.ok(killed())
        assert.equal(await channel.run(run), displaced)
      },
    )
  })

  it('takes no word of a worker for models that it was never shown', async () => {
    const onCommand = (worker: Worker, command: RunCommand | CompactFrame) => {
      if (!isBound(command)) answer(worker, command)
    }
    await withWorker(onCommand, async ({ channel }) => {
      await channel.run(run)
      assert.deepEqual(channel.models, ['m'])
    })
  })

  it('has nothing on its way when a model cannot be shown', async () => {
    await withWorker(
      () => undefined,
      async ({ channel, end }) => {
        const hidden = { ...run, model: { ...run.model, dir: 'hidden' } }
        assert.throws(() => channel.run(hidden), { code: 'MODEL_HIDDEN' })
        end()
      },
    )
  })

  it('blames nobody for the end of a worker that had several runs', async () => {
    await withWorker(
      () => undefined,
      async ({ channel, end }) => {
        const runs = [channel.run(run), channel.run(run)]
        end()
        assert.deepEqual(await Promise.all(runs), [displaced, displaced])
      },
    )
  })

  it('lets go of a cancelled run behind another at once, and of a running one with its worker', async () => {
    await withWorker(
      () => undefined,
      async ({ channel, killed, end }) => {
        const controller = new AbortController()
        const first = channel.run(run)
        const second = channel.run({ ...run, signal: controller.signal })
        controller.abort()
        await assert.rejects(second, { code: 'JOB_ABORTED' })
        assert.equal(killed(), false)
        end()
        assert.equal(await first, displaced)
      },
    )
  })
})
