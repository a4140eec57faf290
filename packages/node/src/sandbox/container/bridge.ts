import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'

// The first process of a container: it hands frames on between the engine's streams and the worker, and ends with either.
const [worker = ''] = process.argv.slice(2)
const child = spawn(process.execPath, [worker], {
  stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
  env: process.env,
})
const channel = child.stdio[3] as Socket
const killed = 137

const end = (code: number) => {
  child.kill('SIGKILL')
  process.exit(code)
}

process.stdin.on('end', () => end(0)).on('error', () => end(1))
process.stdout.on('error', () => end(1))
channel.on('error', () => end(1))
child.on('error', () => end(1))
child.on('exit', (code) => end(code ?? killed))
process.stdin.pipe(channel)
channel.pipe(process.stdout)
