import { JobStatus } from '@dim/sdk'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import { hex32 } from '../fields.ts'
import type { GatewayServices } from '../services.ts'

/** GET /api/inference/status/{jobId}: how far a job is. */
export const statusRoute =
  ({ getStatus }: Pick<GatewayServices, 'getStatus'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'How far a job is, with its result, transactions and the reason of a refusal',
      params: z.object({ jobId: hex32 }),
      response: { 200: JobStatus.schema, ...declareProblems(404, 503) },
    }
    app.get('/api/inference/status/:jobId', { schema }, ({ params }) => getStatus(params.jobId))
  }
