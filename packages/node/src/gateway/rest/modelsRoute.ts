import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import type { GatewayServices } from '../services.ts'

const modelSchema = z.object({
  modelKey: z.string(),
  cid: z.string(),
  name: z.string().optional(),
  state: z.enum(['cold', 'loading', 'warm', 'failed']),
  askUsdc: z.string(),
  executionProvider: z.string().optional(),
  reason: z.string().optional(),
})

/** GET /api/models: the models that this node serves. */
export const modelsRoute =
  ({ listModels }: Pick<GatewayServices, 'listModels'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'Models that this node serves, with its ask in USDC 1e-6',
      response: { 200: z.object({ models: z.array(modelSchema) }), ...declareProblems() },
    }
    app.get('/api/models', { schema }, async () => ({
      models: listModels().map((model) => ({ ...model, askUsdc: model.askUsdc.toString() })),
    }))
  }
