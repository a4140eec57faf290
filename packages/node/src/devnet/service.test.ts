import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startService } from './service.ts'

describe('a service of the devnet', { timeout: 30_000 }, () => {
  let dir = ''
  const server = createServer()

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-service-'))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    await writeFile(
      join(dir, 'child.mjs'),
      `import { connect } from 'node:net'
      const socket = connect(${port}, '127.0.0.1', () => socket.write(String(process.pid)))`,
    )
    await writeFile(
      join(dir, 'parent.ts'),
      `import { startService } from ${JSON.stringify(new URL('service.ts', import.meta.url).href)}
      startService(${JSON.stringify(options())})`,
    )
  })
  after(async () => {
    server.close()
    await rm(dir, { recursive: true })
  })

  const options = () => ({
    name: 'child',
    execPath: process.execPath,
    args: [join(dir, 'child.mjs')],
    cwd: dir,
    environment: { PATH: process.env.PATH },
    logFile: join(dir, 'child.log'),
  })
  const connected = async () => {
    const [socket] = (await once(server, 'connection')) as [Socket]
    socket.resume()
    return { ended: once(socket, 'close') }
  }

  it('ends by itself when its parent is killed', async () => {
    const connecting = connected()
    const parent = spawn(process.execPath, [join(dir, 'parent.ts')], { stdio: 'ignore' })
    const { ended } = await connecting
    parent.kill('SIGKILL')
    await ended
  })

  it('runs until it is stopped', async () => {
    const connecting = connected()
    const service = startService(options())
    const { ended } = await connecting
    await service.stop(10_000)
    await ended
    assert.equal(await service.exited, 1)
  })
})
