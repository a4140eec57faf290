import type { Sample } from './parsePrometheus.ts'

export type TopFigures = {
  queued: { high: number; normal: number; low: number }
  queuedSeconds: number
  refused: number
  runs: { ok: number; failed: number }
  /** Since the reading before; null at the first one. */
  runsPerSecond: number | null
  /** Means over the same time, or since the node was started. */
  meanMs: { wait: number | null; load: number | null; run: number | null; transfer: number | null }
  meanBatch: number | null
  workers: {
    idle: number
    running: number
    starting: number
    recycled: number
    memoryBytes: readonly number[]
  }
  machine: { load: number | null; memoryAvailableBytes: number | null; diskFreeBytes: number | null }
  gpus: readonly { name: string; busyPercent: number }[]
}

export type Reading = { samples: readonly Sample[]; atMs: number }

type Labels = Readonly<Record<string, string>>

const matches = (sample: Sample, name: string, labels: Labels): boolean =>
  sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value)

const sum = ({ samples }: Reading, name: string, labels: Labels = {}): number =>
  samples.filter((sample) => matches(sample, name, labels)).reduce((total, { value }) => total + value, 0)

const find = ({ samples }: Reading, name: string): number | null =>
  samples.find((sample) => sample.name === name)?.value ?? null

/** Mean of a histogram between two readings; of all of it where nothing came between them. */
function mean(now: Reading, before: Reading | undefined, name: string, labels: Labels = {}): number | null {
  const of = (reading: Reading) => ({
    count: sum(reading, `${name}_count`, labels),
    total: sum(reading, `${name}_sum`, labels),
  })
  const all = of(now)
  const past = before === undefined ? { count: 0, total: 0 } : of(before)
  const isNew = all.count > past.count
  const count = isNew ? all.count - past.count : all.count
  const total = isNew ? all.total - past.total : all.total
  return count <= 0 ? null : total / count
}

const toMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000)

/** What the metrics of a node say about its engine. */
export function topFigures(now: Reading, before?: Reading): TopFigures {
  const runs = (outcome: string) => sum(now, 'dim_runs_total', { outcome })
  const queued = (priority: string) => sum(now, 'dim_scheduler_queued', { priority })
  const workers = (state: string) => sum(now, 'dim_workers', { state })
  const phase = (name: string) => toMs(mean(now, before, 'dim_run_seconds', { phase: name }))
  const passed = before === undefined ? 0 : (now.atMs - before.atMs) / 1000
  const ended = before === undefined ? 0 : sum(now, 'dim_runs_total') - sum(before, 'dim_runs_total')
  return {
    queued: { high: queued('high'), normal: queued('normal'), low: queued('low') },
    queuedSeconds: sum(now, 'dim_scheduler_queued_seconds'),
    refused: sum(now, 'dim_scheduler_refused_total'),
    runs: { ok: runs('ok'), failed: runs('failed') },
    runsPerSecond: passed > 0 ? Math.max(0, ended) / passed : null,
    meanMs: {
      wait: toMs(mean(now, before, 'dim_run_wait_seconds')),
      load: phase('load'),
      run: phase('run'),
      transfer: phase('transfer'),
    },
    meanBatch: mean(now, before, 'dim_run_batch_size'),
    workers: {
      idle: workers('idle'),
      running: workers('running'),
      starting: workers('starting'),
      recycled: sum(now, 'dim_worker_recycles_total'),
      memoryBytes: now.samples
        .filter(({ name }) => name === 'dim_worker_memory_bytes')
        .map(({ value }) => value),
    },
    machine: {
      load: find(now, 'dim_machine_load'),
      memoryAvailableBytes: find(now, 'dim_machine_memory_available_bytes'),
      diskFreeBytes: find(now, 'dim_disk_free_bytes'),
    },
    gpus: now.samples
      .filter(({ name }) => name === 'dim_gpu_busy_percent')
      .map(({ labels, value }) => ({ name: labels.gpu ?? 'gpu', busyPercent: value })),
  }
}
