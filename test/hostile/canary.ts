import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Canary = Awaited<ReturnType<typeof createCanary>>

/** Things that nothing inside a sandbox may read, change or reach: a key file, a variable, and listeners. */
export async function createCanary() {
  const secret = randomBytes(16).toString('hex')
  const dir = await mkdtemp(join(tmpdir(), 'dim-canary-'))
  const keyFile = join(dir, 'secret.key')
  // Open to every user of the machine, so that only the sandbox stands before it.
  await chmod(dir, 0o755)
  await writeFile(keyFile, secret, { mode: 0o644 })
  process.env.DIM_CANARY_SECRET = secret
  const name = `dim-canary-${secret.slice(0, 8)}`
  let visits = 0
  const servers = [createServer(), createServer()] as const
  for (const server of servers) {
    server.on('connection', (socket) => {
      visits += 1
      socket.destroy()
    })
  }
  servers[0].listen(0, '127.0.0.1')
  await once(servers[0], 'listening')
  const { port } = servers[0].address() as AddressInfo
  if (process.platform === 'linux') servers[1].listen(`\0${name}`)
  const datagrams = createSocket('udp4').on('message', () => {
    visits += 1
  })
  datagrams.bind(port, '127.0.0.1')
  await once(datagrams, 'listening')

  return {
    secret,
    dir,
    keyFile,
    port,
    /** Of a socket in the machine's own namespace. */
    name,
    /** What has leaked until now, in words; empty when nothing has. */
    async leaks(said: string): Promise<string[]> {
      const found: string[] = []
      if (said.includes(secret) || said.includes(Buffer.from(secret).toString('base64')))
        found.push('the key was read')
      if (visits > 0) found.push(`${visits} connections came out`)
      if ((await readFile(keyFile, 'utf8')) !== secret) found.push('the key file was changed')
      const files = await readdir(dir)
      if (files.length !== 1) found.push(`files were written: ${files.join(', ')}`)
      return found
    },
    async close() {
      delete process.env.DIM_CANARY_SECRET
      datagrams.close()
      await Promise.all(servers.map(closeServer))
      await rm(dir, { recursive: true, force: true })
    },
  }
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    if (server.listening) server.close(() => resolve())
    else resolve()
  })
