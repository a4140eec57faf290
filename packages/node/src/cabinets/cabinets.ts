import { type CabinetQuery, type Deployment, JobParams, type TensorSet } from '@dim/sdk'
import type { Hex } from 'viem'
import type { EngineRun, EngineRunner } from '../backends/engineRunner.ts'
import { takeTurns } from '../lifecycle/takeTurns.ts'
import type { ReadyModel } from '../models/cache.ts'
import type { ScheduledRun } from '../scheduler/scheduler.ts'
import { answerRows } from './answerRows.ts'
import { assertQuery } from './assertQuery.ts'
import type { CabinetRecord } from './cabinetRecord.ts'
import type { CabinetStore } from './cabinetStore.ts'
import { CabinetRefusedError } from './errors.ts'
import { loadTable } from './loadTable.ts'
import { readCabinetFile } from './readCabinetFile.ts'
import { type RowCell, selectCells } from './selectCells.ts'
import type { SpendStore } from './spendStore.ts'

export type CabinetsOptions = {
  store: Pick<CabinetStore, 'find'>
  spends: SpendStore
  deployment: Deployment
  runner: EngineRunner
  /** Level of the sandbox that models run in. */
  sandboxLevel: 'container' | 'bubblewrap' | 'process'
  /** Chain time, seconds. */
  chainTime: () => Promise<number>
  nowMs: () => number
}

export type CabinetJob = {
  params: JobParams.JobParams
  query: CabinetQuery.CabinetQuery
  model: Pick<ReadyModel, 'manifest' | 'engine'>
  /** What the client sent: nothing but rows goes into a model that sees them. */
  tensors: TensorSet.TensorSet
}

export type CabinetRun = CabinetJob & {
  request: Omit<ScheduledRun, 'inputs' | 'deadlineMs' | 'timeoutMs'> & {
    timeoutMs: number
    deadlineMs: number
  }
  /** For all rows together. */
  timeoutMs: number
}

export type Cabinets = ReturnType<typeof createCabinets>

type Admitted = Awaited<ReturnType<ReturnType<typeof createAdmission>>>

/** Decides by the policy of a cabinet whether a job may ask; everything but the size of the group. */
function createAdmission({ store, sandboxLevel }: CabinetsOptions) {
  const assertRunsHere = ({ name, policy }: CabinetRecord, { model }: CabinetJob): void => {
    if (model.engine !== undefined) {
      const why = 'the model runs at an engine, to which rows would leave'
      throw new CabinetRefusedError('CABINET_MODEL_REFUSED', why)
    }
    if (sandboxLevel === 'process' && policy?.sandbox !== 'any') {
      const why = `models run in plain processes here, which "${name}" does not allow`
      throw new CabinetRefusedError('CABINET_SANDBOX_TOO_WEAK', why)
    }
  }

  return async function admit(job: CabinetJob) {
    const { params, query, tensors } = job
    const record = await store.find(query.name)
    if (record === undefined) {
      throw new CabinetRefusedError('CABINET_UNKNOWN', `there is none named "${query.name}"`)
    }
    const { name, policy } = record
    const client = params.client.toLowerCase()
    if (policy === undefined || (policy.clients !== 'anybody' && !policy.clients.includes(client))) {
      throw new CabinetRefusedError('CABINET_ACCESS_REFUSED', `${params.client} has no access to "${name}"`)
    }
    const modelPolicy = policy.models[params.modelKey]
    if (modelPolicy === undefined) {
      const why = `the policy of "${name}" does not name the model ${params.modelKey}`
      throw new CabinetRefusedError('CABINET_MODEL_REFUSED', why)
    }
    if (Object.keys(tensors).length > 0) {
      throw new CabinetRefusedError('CABINET_QUERY_REFUSED', 'the job brings inputs of its own')
    }
    assertQuery(query, policy, modelPolicy)
    assertRunsHere(record, job)
    return { record, client, policy, modelPolicy }
  }
}

/** Data sets of the provider, of which jobs get aggregates that a policy allows. */
export function createCabinets(options: CabinetsOptions) {
  const { spends, deployment, runner, chainTime, nowMs } = options
  const admit = createAdmission(options)
  // One at a time: all rows of a cabinet are in memory while a model reads them.
  const inTurn = takeTurns()

  const spendOf = async ({ params }: CabinetJob, { record, client, policy }: Admitted) => {
    const jobId: Hex = JobParams.jobId(deployment, params)
    return { cabinet: record.name, jobId, client, budget: policy.budget, now: await chainTime() }
  }

  /** A limit on all rows together; each run has what is left of it. */
  const inferrer = ({ request, timeoutMs }: CabinetRun) => {
    const endsAt = nowMs() + Math.min(timeoutMs, request.deadlineMs)
    return (inputs: TensorSet.TensorSet): Promise<EngineRun> => {
      const leftMs = endsAt - nowMs()
      if (leftMs <= 0) throw new CabinetRefusedError('CABINET_TIMED_OUT', 'not all rows were read in time')
      const limit = Math.min(request.timeoutMs, leftMs)
      return runner.run({ ...request, inputs, timeoutMs: limit, deadlineMs: leftMs })
    }
  }

  const answer = (run: CabinetRun, admitted: Admitted, columns: Columns, cells: readonly RowCell[]) => {
    const { record, policy, modelPolicy } = admitted
    const files = new Map(record.files.map((file) => [file.path, file]))
    return answerRows({
      manifest: run.model.manifest,
      policy: modelPolicy,
      least: policy.minGroup,
      columns,
      cells,
      answers: run.query.answers,
      infer: inferrer(run),
      readPicture: async (path) => {
        const file = files.get(path)
        if (file === undefined) throw new CabinetRefusedError('CABINET_CHANGED', `${path} was not registered`)
        return readCabinetFile(record, file)
      },
    })
  }

  return {
    /** Refuses with a code of `CabinetRefusedError` what could only be declined later. Nothing is read or spent. */
    async admit(job: CabinetJob): Promise<void> {
      await spends.assertAffordable(await spendOf(job, await admit(job)))
    },

    /** Answers a job: the budget is spent once the group is known to be large enough, before a model sees a row. */
    run: (run: CabinetRun): Promise<EngineRun> =>
      inTurn(async () => {
        const admitted = await admit(run)
        const table = await loadTable(admitted.record)
        const cells = selectCells(table, admitted.policy, run.query.where)
        if (cells.length === 0) {
          const why = `no chosen group has ${admitted.policy.minGroup} rows`
          throw new CabinetRefusedError('CABINET_GROUP_TOO_SMALL', why)
        }
        await spends.spend(await spendOf(run, admitted))
        return answer(run, admitted, table.columns, cells)
      }),
  }
}

type Columns = Awaited<ReturnType<typeof loadTable>>['columns']
