import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { choosePort } from './choosePort.ts'
import { portHolder } from './portHolder.ts'

const servers: Server[] = []

async function listen(): Promise<number> {
  const server = createServer()
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

describe('choosePort', () => {
  it('keeps a port that is free', async () => {
    const port = await listen()
    await new Promise((resolve) => servers.pop()?.close(resolve))
    assert.deepEqual(await choosePort(port), { port, wanted: port, holder: undefined })
  })

  it('takes another one and names the process that holds the wanted one', async () => {
    const wanted = await listen()
    const chosen = await choosePort(wanted)
    assert.notEqual(chosen.port, wanted)
    assert.equal(chosen.holder?.pid, process.pid)
    assert.match(chosen.holder.command, /node/)
  })

  it('leaves out ports that are promised already', async () => {
    const port = await listen()
    await new Promise((resolve) => servers.pop()?.close(resolve))
    assert.notEqual((await choosePort(port, new Set([port]))).port, port)
  })

  it('knows no holder of a port on which nobody listens', async () => {
    const port = await listen()
    await new Promise((resolve) => servers.pop()?.close(resolve))
    assert.equal(await portHolder(port), undefined)
  })
})
