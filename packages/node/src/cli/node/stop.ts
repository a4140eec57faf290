import { kill } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '../../config.ts'
import type { AddCommand } from '../command.ts'
import { NodeNotRunningError, readPid } from './pidFile.ts'

export const addNodeStop: AddCommand = (parent, run) => {
  parent
    .command('stop')
    .description('stop the running node; jobs that run are finished or kept for the next start')
    .action(
      run(async ({ io, globals, out }) => {
        const { config } = await loadConfig({ file: globals.config, environment: io.environment })
        const pid = await readPid(config.node.dataDir)
        if (pid === undefined) throw new NodeNotRunningError(config.node.dataDir)
        const step = out.progress(`stopping node ${config.node.id} (process ${pid})`)
        kill(pid, 'SIGTERM')
        while ((await readPid(config.node.dataDir)) !== undefined)
          await sleep(50, undefined, { signal: io.signal })
        step.done()
        out.result({ stopped: true, pid }, () => `Node ${config.node.id} is stopped.`)
      }),
    )
}
