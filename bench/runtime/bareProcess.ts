import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import type { TensorSet } from '@dim/sdk'
import { createFrameParser } from '../../packages/node/src/runtime/frameParser.ts'
import { toWire } from '../../packages/node/src/runtime/wireTensors.ts'
import { writeFrame } from '../../packages/node/src/runtime/writeFrame.ts'

export type BareProcess = Awaited<ReturnType<typeof startBare>>

/** Starts a process with one session and nothing around it. */
export async function startBare(path: string, inputs: TensorSet.TensorSet) {
  const child = spawn(execPath, [fileURLToPath(new URL('bareWorker.ts', import.meta.url))], {
    env: { ORT_DISABLE_TELEMETRY: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  const socket = child.stdio[3] as Socket
  const { tensors, parts } = toWire('bare', inputs)
  let resolveAnswer: (header: object) => void = () => undefined
  const parser = createFrameParser({
    maxPayloadBytes: () => 2 ** 30,
    onFrame: ({ header }) => resolveAnswer(header),
  })
  socket.on('data', (chunk: Uint8Array) => void parser.push(chunk))
  const ask = <Answer>(command: object, payload: readonly Uint8Array[] = []): Promise<Answer> =>
    new Promise((resolve) => {
      resolveAnswer = (header) => resolve(header as Answer)
      writeFrame(socket, command, payload)
    })
  await ask({ op: 'load', path, tensors }, parts)
  return {
    loop: (forMs: number) => ask<{ count: number; p50Ms: number }>({ op: 'loop', forMs }),
    run: () => ask({ op: 'run' }, parts),
    stop: () => child.kill('SIGKILL'),
  }
}
