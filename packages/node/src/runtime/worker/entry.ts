import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

const frameDescriptor = 3

const die = () => process.kill(process.pid, 'SIGKILL')

// A model that never returns blocks this thread and every handler on it. Another thread waits for the parent's end
// of the standard input to close, so that no worker outlives its parent.
const watcher = `require('node:fs').readSync(0, Buffer.alloc(1)); process.kill(process.pid, 'SIGKILL')`
new Worker(watcher, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref()

// The engine's binding knows half precision only as 16-bit integers, and checks for this type when it is first used.
Reflect.deleteProperty(globalThis, 'Float16Array')

const { createCommandHandler } = await import('./commandHandler.ts')
const { serve } = await import('./serve.ts')

const socket = new Socket({ fd: frameDescriptor, readable: true, writable: true })
serve(socket, createCommandHandler(), die)
