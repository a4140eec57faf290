import { NodeInfo } from '@dim/sdk'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { declareProblems } from '../declareProblems.ts'
import type { GatewayServices } from '../services.ts'

/** GET /api/info: what this node says about itself. */
export const infoRoute =
  ({ getInfo }: Pick<GatewayServices, 'getInfo'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'Keys, endpoint, models and limits of this node',
      response: { 200: NodeInfo.schema, ...declareProblems(503) },
    }
    app.get('/api/info', { schema }, () => getInfo())
  }
