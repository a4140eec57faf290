// Loaded into every child of a devnet before anything else: standard input is a pipe whose other end only the devnet
// holds, so it closes when the devnet ends, however it ends.
import { exit, kill, pid, stdin } from 'node:process'
import { isMainThread } from 'node:worker_threads'

const graceMs = 3_000

if (isMainThread) {
  stdin.once('end', () => {
    setTimeout(() => exit(1), graceMs).unref()
    kill(pid, 'SIGTERM')
  })
  stdin.resume()
  if ('unref' in stdin) stdin.unref()
}
