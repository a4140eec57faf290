import { mkdir } from 'node:fs/promises'
import { loadConfig } from '../../config.ts'
import { portHolder } from '../../devnet/portHolder.ts'
import { PortInUseError } from '../../devnet/portInUse.ts'
import type { AddCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { NetworkUnknownError } from '../network/networkUnknownError.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { nodePassword } from './nodeAccount.ts'
import { writePid } from './pidFile.ts'

export const addNodeStart: AddCommand = (parent, run) => {
  parent
    .command('start')
    .description('run the node in the foreground until Ctrl-C')
    .action(
      run(async (context) => {
        const { io, globals, out } = context
        const { config } = await loadConfig({ file: globals.config, environment: io.environment })
        await mkdir(config.node.dataDir, { recursive: true, mode: 0o700 })
        const release = await writePid(config.node.dataDir, io.pid)
        try {
          await assertPortFree(config.http)
          const [{ createNode }, { createLogger }] = await Promise.all([
            import('../../node.ts'),
            import('../../telemetry/logger.ts'),
          ])
          const network = await knownNetwork(context)
          const node = await createNode(config, {
            logger: createLogger({
              ...config.log,
              isTty: io.stderr.isTTY === true,
              fields: { node: config.node.id },
            }),
            password: nodePassword(context, config, network),
          })
          const stopped = new Promise<void>((resolve) =>
            io.signal.addEventListener('abort', () => resolve(), { once: true }),
          )
          try {
            await node.start()
            if (!io.signal.aborted)
              out.note(`  node ${config.node.id} answers at ${node.status().url ?? '-'}; Ctrl-C stops it`)
            if (!io.signal.aborted) await stopped
          } finally {
            await node.stop()
          }
        } finally {
          await release()
        }
      }),
    )
}

async function assertPortFree({ host, port }: { host: string; port: number }): Promise<void> {
  const holder = port === 0 ? undefined : await portHolder(port)
  if (holder !== undefined) throw new PortInUseError({ host, port, holder })
}

/** Only to find a devnet's password file; the node itself reads its configuration. */
async function knownNetwork(context: Context) {
  try {
    return await resolveNetwork(context)
  } catch (error) {
    if (error instanceof NetworkUnknownError) return undefined
    throw error
  }
}
