import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import { hex32, hexBytes, jobParams, relayedSchema } from '../fields.ts'
import type { GatewayServices } from '../services.ts'

const body = z.strictObject({
  params: jobParams,
  resultCommit: hex32,
  resultRef: hex32,
  signature: hexBytes,
})

/** POST /api/accept: relays a client's signed acceptance, which pays the provider at once. */
export const acceptRoute =
  ({ accept }: Pick<GatewayServices, 'accept'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'Relays a signed acceptance; the same again gives the same answer',
      body,
      response: { 200: relayedSchema, ...declareProblems(404, 409, 422, 503) },
    }
    app.post('/api/accept', { schema, bodyLimit: 65_536 }, (request) => accept(request.body))
  }
