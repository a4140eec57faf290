import { Quote } from '@dim/sdk'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import { address, hex32 } from '../fields.ts'
import type { GatewayServices } from '../services.ts'

const body = z.strictObject({ client: address, modelKey: hex32, inputBytes: z.int().min(1) })

/** POST /api/quotes: a signed, expiring price. */
export const quotesRoute =
  ({ quote }: Pick<GatewayServices, 'quote'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'A signed, expiring price for one job',
      body,
      response: {
        200: z.object({ quote: Quote.schema, signature: z.string(), expectedMs: z.int().min(0) }),
        ...declareProblems(404, 409, 413, 503),
      },
    }
    app.post('/api/quotes', { schema, bodyLimit: 16_384 }, (request) => quote(request.body))
  }
