import { version as nodeVersion } from 'node:process'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

const jobMetrics = (registers: Registry[]) => ({
  jobsTotal: new Counter({
    name: 'dim_jobs_total',
    help: 'Jobs that ended, by model, execution provider, outcome and reason.',
    labelNames: ['model', 'ep', 'outcome', 'reason'],
    registers,
  }),
  jobSeconds: new Histogram({
    name: 'dim_job_seconds',
    help: 'Time of a job in each of its phases: queue, load, run, settle.',
    labelNames: ['phase'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5, 20, 60, 300, 1800],
    registers,
  }),
  queueDepth: new Gauge({ name: 'dim_queue_depth', help: 'Jobs that wait for a worker.', registers }),
  offersTotal: new Counter({
    name: 'dim_offers_total',
    help: 'Requests for a quote, by decision and reason.',
    labelNames: ['decision', 'reason'],
    registers,
  }),
})

const moneyMetrics = (registers: Registry[]) => ({
  earnedUnitsTotal: new Counter({
    name: 'dim_earned_units_total',
    help: 'What settled jobs paid, in the smallest unit of the asset.',
    labelNames: ['asset'],
    registers,
  }),
  claimableUnits: new Gauge({
    name: 'dim_claimable_units',
    help: 'What can be withdrawn now, in the smallest unit of the asset.',
    labelNames: ['asset'],
    registers,
  }),
  stakeUnits: new Gauge({
    name: 'dim_stake_units',
    help: 'Stake that backs jobs, in 1e-6 USDC.',
    registers,
  }),
})

const systemMetrics = (registers: Registry[]) => ({
  rpcErrorsTotal: new Counter({
    name: 'dim_rpc_errors_total',
    help: 'Calls to the chain that failed, by error code.',
    labelNames: ['code'],
    registers,
  }),
  chainLagBlocks: new Gauge({
    name: 'dim_chain_lag_blocks',
    help: 'Blocks between the head of the chain and the last one that was taken in.',
    registers,
  }),
  modelLoaded: new Gauge({
    name: 'dim_model_loaded',
    help: '1 while a session of the model is held.',
    labelNames: ['model', 'ep'],
    registers,
  }),
  diskFreeBytes: new Gauge({
    name: 'dim_disk_free_bytes',
    help: 'Free space where the data directory lies.',
    registers,
  }),
})

/** All metrics of a node in a registry of their own, so that two nodes in one process do not meet. */
export function createMetrics({ version, nodeId }: { version: string; nodeId: string }) {
  const registry = new Registry()
  const registers = [registry]
  const buildInfo = new Gauge({
    name: 'dim_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node_id', 'node_version'],
    registers,
  })
  buildInfo.set({ version, node_id: nodeId, node_version: nodeVersion }, 1)
  return { registry, ...jobMetrics(registers), ...moneyMetrics(registers), ...systemMetrics(registers) }
}

export type Metrics = ReturnType<typeof createMetrics>
