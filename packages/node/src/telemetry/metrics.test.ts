import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { register } from 'prom-client'
import { createMetrics } from './metrics.ts'

describe('createMetrics', () => {
  it('has the names that dashboards rely on', async () => {
    const { registry } = createMetrics({ version: '1.2.3', nodeId: 'alice' })
    const names = (await registry.getMetricsAsJSON()).map(({ name }) => name)
    const expected = [
      ...['dim_build_info', 'dim_jobs_total', 'dim_job_seconds', 'dim_queue_depth', 'dim_offers_total'],
      ...['dim_earned_units_total', 'dim_claimable_units', 'dim_stake_units', 'dim_rpc_errors_total'],
      ...['dim_chain_lag_blocks', 'dim_model_loaded', 'dim_disk_free_bytes'],
    ]
    for (const name of expected) assert.ok(names.includes(name), name)
    assert.ok(names.every((name) => name.startsWith('dim_')))
  })

  it('counts by its labels and prints what Prometheus reads', async () => {
    const { registry, jobsTotal } = createMetrics({ version: '1.2.3', nodeId: 'alice' })
    jobsTotal.inc({ model: 'm', ep: 'cpu', outcome: 'failed', reason: 'timeout' })
    const text = await registry.metrics()
    assert.match(text, /dim_jobs_total\{model="m",ep="cpu",outcome="failed",reason="timeout"\} 1/)
    assert.match(text, /dim_build_info\{version="1\.2\.3",node_id="alice"/)
  })

  it('leaves the global registry alone, and two nodes apart', async () => {
    const first = createMetrics({ version: '1', nodeId: 'a' })
    const second = createMetrics({ version: '1', nodeId: 'b' })
    first.queueDepth.set(5)
    assert.equal((await second.queueDepth.get()).values[0]?.value, 0)
    assert.deepEqual(await register.getMetricsAsJSON(), [])
  })
})
