import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Resources } from '../resources/resources.ts'
import { priorities } from './priorityQueue.ts'
import type { FinishedRun, Scheduler } from './scheduler.ts'

const seconds = [0.0005, 0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60, 300]

type Sources = {
  scheduler: () => Pick<Scheduler, 'schedule' | 'status'>
  resources: () => Resources | undefined
}

/** What is counted as runs end. */
export function createRunMetrics(registry: Registry) {
  const registers = [registry]
  const runsTotal = new Counter({
    name: 'dim_runs_total',
    help: 'Runs of models that ended, by priority and outcome.',
    labelNames: ['priority', 'outcome'],
    registers,
  })
  const waitSeconds = new Histogram({
    name: 'dim_run_wait_seconds',
    help: 'Time that runs waited for a worker, by priority.',
    labelNames: ['priority'],
    buckets: seconds,
    registers,
  })
  const phaseSeconds = new Histogram({
    name: 'dim_run_seconds',
    help: 'Time of a run in each of its phases on a worker: load, run, transfer.',
    labelNames: ['phase'],
    buckets: seconds,
    registers,
  })
  const batchSize = new Histogram({
    name: 'dim_run_batch_size',
    help: 'Runs that were executed together.',
    buckets: [1, 2, 4, 8, 16],
    registers,
  })

  return ({ priority, outcome, result }: FinishedRun): void => {
    runsTotal.inc({ priority, outcome })
    if (result === undefined) return
    const { queue, load, run, transfer } = result.timingsMs
    waitSeconds.observe({ priority }, queue / 1000)
    phaseSeconds.observe({ phase: 'load' }, load / 1000)
    phaseSeconds.observe({ phase: 'run' }, run / 1000)
    phaseSeconds.observe({ phase: 'transfer' }, transfer / 1000)
    batchSize.observe(result.batch)
  }
}

/** What is read when somebody asks: queue, workers, machine. */
export function registerGauges(registry: Registry, sources: Sources): void {
  registerQueue(registry, sources)
  registerWorkers(registry, sources)
  registerMachine(registry, sources)
}

function registerQueue(registry: Registry, { scheduler }: Sources): void {
  const registers = [registry]
  new Gauge({
    name: 'dim_scheduler_queued',
    help: 'Runs that wait for a worker, by priority.',
    labelNames: ['priority'],
    registers,
    collect() {
      const { queued } = scheduler().schedule()
      for (const priority of priorities) this.set({ priority }, queued[priority])
    },
  })
  new Gauge({
    name: 'dim_scheduler_queued_seconds',
    help: 'Estimated work that waits.',
    registers,
    collect() {
      this.set(scheduler().schedule().queuedMs / 1000)
    },
  })
  new Gauge({
    name: 'dim_scheduler_refused_total',
    help: 'Runs that were refused because too much waited.',
    registers,
    collect() {
      this.set(scheduler().schedule().refused)
    },
  })
}

function registerWorkers(registry: Registry, { scheduler }: Sources): void {
  const registers = [registry]
  new Gauge({
    name: 'dim_workers',
    help: 'Workers by state.',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset()
      for (const state of ['starting', 'idle', 'running']) this.set({ state }, 0)
      for (const { state } of scheduler().status().workers) this.inc({ state })
    },
  })
  new Gauge({
    name: 'dim_worker_memory_bytes',
    help: 'Resident memory of a worker as seen last, mapped weights not counted.',
    labelNames: ['worker'],
    registers,
    collect() {
      this.reset()
      for (const { pid, rssBytes } of scheduler().status().workers)
        this.set({ worker: String(pid) }, rssBytes)
    },
  })
  new Gauge({
    name: 'dim_worker_recycles_total',
    help: 'Workers that were replaced.',
    registers,
    collect() {
      this.set(scheduler().status().restarts)
    },
  })
}

function registerMachine(registry: Registry, { resources }: Sources): void {
  const registers = [registry]
  new Gauge({
    name: 'dim_machine_memory_available_bytes',
    help: 'Memory that can still be had, within the control group.',
    registers,
    collect() {
      const read = resources()
      if (read !== undefined) this.set(read.memory.availableBytes)
    },
  })
  new Gauge({
    name: 'dim_machine_load',
    help: 'Processes that were ready to run in the last minute, by core.',
    registers,
    collect() {
      const read = resources()
      if (read !== undefined) this.set(read.load / read.cores)
    },
  })
  new Gauge({
    name: 'dim_gpu_busy_percent',
    help: 'How busy a graphics processor is.',
    labelNames: ['gpu'],
    registers,
    collect() {
      for (const [at, { name, busyPercent }] of (resources()?.gpus ?? []).entries()) {
        if (busyPercent !== undefined) this.set({ gpu: `${at} ${name}` }, busyPercent)
      }
    },
  })
}
