import { createSocket } from 'node:dgram'
import { connect, type NetConnectOpts } from 'node:net'
import { networkInterfaces } from 'node:os'
import { attempt, report } from './report.ts'

const port = Number(process.env.CANARY_PORT)

const reach = (options: NetConnectOpts): Promise<string> =>
  attempt(
    () =>
      new Promise((resolve, reject) => {
        const socket = connect(options, () => resolve('connected')).on('error', reject)
        socket.setTimeout(500, () => reject(new Error('no answer')))
      }),
  )

const sendDatagram = (): Promise<string> =>
  attempt(
    () =>
      new Promise((resolve, reject) => {
        const socket = createSocket('udp4').on('error', reject)
        socket.send('leak', port, '127.0.0.1', (error) => (error ? reject(error) : resolve('sent')))
      }),
  )

report({
  loopback: await reach({ host: '127.0.0.1', port }),
  loopback6: await reach({ host: '::1', port }),
  datagram: await sendDatagram(),
  abstract: await reach({ path: `\0${process.env.CANARY_NAME}` }),
  engine: await reach({ path: '/var/run/docker.sock' }),
  interfaces: await attempt(() => {
    const others = Object.keys(networkInterfaces()).filter((name) => name !== 'lo')
    if (others.length === 0) throw new Error('only loopback')
    return others.join(' ')
  }),
})
setInterval(() => undefined, 1000)
