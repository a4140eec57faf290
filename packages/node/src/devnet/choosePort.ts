import { createServer } from 'node:net'
import { type PortHolder, portHolder } from './portHolder.ts'

export type ChosenPort = { port: number; wanted: number; holder: PortHolder | undefined }

/** The wanted port if it is free on loopback, otherwise the next free one and who holds the wanted one; 0 wants any. */
export async function choosePort(
  wanted: number,
  taken: ReadonlySet<number> = new Set(),
): Promise<ChosenPort> {
  const free = (port: number) => (taken.has(port) ? Promise.resolve(false) : isFree(port))
  if (wanted === 0) return { port: await anyPort(), wanted, holder: undefined }
  if (await free(wanted)) return { port: wanted, wanted, holder: undefined }
  const holder = await portHolder(wanted)
  for (let port = wanted + 1; port < Math.min(wanted + 50, 65_536); port += 1) {
    if (await free(port)) return { port, wanted, holder }
  }
  return { port: await anyPort(), wanted, holder }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)))
  })
}

function anyPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
