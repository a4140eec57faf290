import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Registry } from 'prom-client'
import { createRunMetrics, registerGauges } from '../../scheduler/registerMetrics.ts'
import { parsePrometheus } from './parsePrometheus.ts'
import { topFigures } from './topFigures.ts'

const result = (runMs: number) => ({
  ...{ outputs: {}, executionProvider: 'cpu' as const, runtime: 'r', batch: 4 },
  timingsMs: { queue: 8, load: 0, run: runMs, transfer: 0.5 },
})

function node() {
  const registry = new Registry()
  const worker = { pid: 7, state: 'idle' as const, runs: 3, rssBytes: 5_000_000, models: [], inFlight: 0 }
  const pool = {
    workers: [worker],
    queued: 3,
    running: 1,
    completed: 0,
    failed: 0,
    restarts: 2,
    closed: false,
  }
  const schedule = {
    queued: { low: 1, normal: 2, high: 0 },
    ...{ running: 1, queuedMs: 1500, started: 4, refused: 6, isDraining: false },
  }
  registerGauges(registry, {
    scheduler: () => ({ schedule: () => schedule, status: () => pool }),
    resources: () => ({
      ...{ cores: 2, load: 3, gpus: [], disk: { freeBytes: 1, totalBytes: 2 } },
      memory: { totalBytes: 10, availableBytes: 4, isUnified: false },
    }),
  })
  const onRun = createRunMetrics(registry)
  const ok = (runMs: number) =>
    onRun({ priority: 'normal', modelKey: 'm', outcome: 'ok', result: result(runMs) })
  const fail = () => onRun({ priority: 'high', modelKey: 'm', outcome: 'failed' })
  const read = async (atMs: number) => ({ samples: parsePrometheus(await registry.metrics()), atMs })
  return { ok, fail, read }
}

describe('figures of the engine', () => {
  it('come from the metrics that a node prints', async () => {
    const { ok, fail, read } = node()
    ok(10)
    ok(20)
    fail()
    const { queued, queuedSeconds, refused, runs, runsPerSecond, meanMs, meanBatch, workers, machine } =
      topFigures(await read(0))
    assert.deepEqual(queued, { high: 0, normal: 2, low: 1 })
    assert.deepEqual([queuedSeconds, refused, runsPerSecond, meanBatch], [1.5, 6, null, 4])
    assert.deepEqual(runs, { ok: 2, failed: 1 })
    assert.deepEqual(
      [meanMs.wait, meanMs.run, meanMs.transfer].map((value) => value?.toFixed(2)),
      ['8.00', '15.00', '0.50'],
    )
    assert.deepEqual(workers, { idle: 1, running: 0, starting: 0, recycled: 2, memoryBytes: [5_000_000] })
    assert.deepEqual(machine, { load: 1.5, memoryAvailableBytes: 4, diskFreeBytes: null })
  })

  it('count between two readings', async () => {
    const { ok, read } = node()
    ok(10)
    const before = await read(1_000)
    ok(30)
    ok(50)
    const { runsPerSecond, meanMs } = topFigures(await read(3_000), before)
    assert.equal(runsPerSecond, 1)
    assert.equal(meanMs.run?.toFixed(1), '40.0')
  })

  it('survive what is no sample', () => {
    assert.deepEqual(parsePrometheus('# HELP a b\n\nnonsense\na{x="1\\"2",y="\\n"} 3 1700000000\nb +Inf'), [
      { name: 'a', labels: { x: '1"2', y: '\n' }, value: 3 },
      { name: 'b', labels: {}, value: Number.POSITIVE_INFINITY },
    ])
    assert.equal(topFigures({ samples: [], atMs: 0 }).meanMs.run, null)
  })
})
