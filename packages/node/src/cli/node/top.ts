import { setTimeout as sleep } from 'node:timers/promises'
import { BaseError } from '@dim/sdk'
import { loadConfig } from '../../config.ts'
import type { AddCommand } from '../command.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatFields } from '../fields.ts'
import { parsePrometheus } from './parsePrometheus.ts'
import { NodeNotRunningError, readPid } from './pidFile.ts'
import { type Reading, type TopFigures, topFigures } from './topFigures.ts'

const clearScreen = '\u001b[H\u001b[2J'
const requestTimeoutMs = 5_000

/** The node runs, and its gateway does not answer with metrics. */
class MetricsUnreadableError extends BaseError {
  override readonly code = 'METRICS_UNREADABLE'
  constructor(url: string, cause: unknown) {
    super(`The metrics of the node at ${url} could not be read.`, {
      cause,
      hint: 'Check that node.roles has "gateway" and that http.host and http.port are those of the running node.',
      retryable: true,
    })
  }
}

export const addNodeTop: AddCommand = (parent, run) => {
  parent
    .command('top')
    .description('what the engine does now: queue, runs, workers, machine; ends with Ctrl-C')
    .option('--once', 'one reading, then end', false)
    .option('--interval <seconds>', 'time between readings', '2')
    .action(
      run<{ once: boolean; interval: string }>(async ({ io, globals, out }, { once, interval }) => {
        const seconds = Number(interval)
        if (!(seconds >= 0.1))
          throw new UsageError(`--interval ${interval} is not a number of seconds from 0.1 on`)
        const { config } = await loadConfig({ file: globals.config, environment: io.environment })
        if ((await readPid(config.node.dataDir)) === undefined)
          throw new NodeNotRunningError(config.node.dataDir)
        const url = `http://${config.http.host}:${config.http.port}`
        const clear = io.stdout.isTTY === true && !out.json && !once ? clearScreen : ''
        let before: Reading | undefined
        do {
          if (before !== undefined) await sleep(seconds * 1000, undefined, { signal: io.signal })
          const now = await readMetrics(url)
          const figures = topFigures(now, before)
          out.result(figures, () => `${clear}${formatTop(config.node.id, figures)}`)
          before = now
        } while (!once && !io.signal.aborted)
      }),
    )
}

async function readMetrics(url: string): Promise<Reading> {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(requestTimeoutMs) })
    if (!response.ok) throw new MetricsUnreadableError(url, `HTTP ${response.status}`)
    return { samples: parsePrometheus(await response.text()), atMs: performance.now() }
  } catch (cause) {
    throw cause instanceof MetricsUnreadableError ? cause : new MetricsUnreadableError(url, cause)
  }
}

const ms = (value: number | null): string =>
  value === null ? '-' : `${value.toFixed(value < 10 ? 2 : 0)} ms`

const mb = (bytes: number | null): string => (bytes === null ? '-' : `${Math.round(bytes / 1_000_000)} MB`)

function formatTop(id: string, figures: TopFigures): string {
  const { queued, queuedSeconds, refused, runs, runsPerSecond, meanMs, meanBatch, workers, machine, gpus } =
    figures
  const rate = runsPerSecond === null ? '' : `, ${runsPerSecond.toFixed(1)} a second`
  const batch = meanBatch === null || meanBatch <= 1 ? '' : `, ${meanBatch.toFixed(1)} together`
  return formatFields({
    node: id,
    queue: `high ${queued.high}, normal ${queued.normal}, low ${queued.low}; about ${queuedSeconds.toFixed(1)} s of work; ${refused} refused`,
    runs: `${runs.ok} done, ${runs.failed} failed${rate}${batch}`,
    mean: `wait ${ms(meanMs.wait)}, load ${ms(meanMs.load)}, run ${ms(meanMs.run)}, transfer ${ms(meanMs.transfer)}`,
    workers: `${workers.running} running, ${workers.idle} idle, ${workers.starting} starting; ${workers.recycled} replaced`,
    memory: `${workers.memoryBytes.map(mb).join(', ') || '-'} in workers; ${mb(machine.memoryAvailableBytes)} free; disk ${mb(machine.diskFreeBytes)} free`,
    load: machine.load === null ? '-' : `${machine.load.toFixed(2)} a core`,
    gpu: gpus.map(({ name, busyPercent }) => `${name} ${busyPercent} %`).join('\n') || undefined,
  })
}
