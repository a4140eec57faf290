import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import { hex32, hexBytes, jobParams, relayedSchema, unixSeconds } from '../fields.ts'
import type { GatewayServices } from '../services.ts'

const body = z.strictObject({
  quote: hex32,
  params: jobParams,
  accessProof: hexBytes,
  authorization: z.strictObject({ validAfter: unixSeconds, validBefore: unixSeconds, signature: hexBytes }),
})

/** POST /api/inference/submit: opens a job on chain by the client's signed payment, which is the authentication. */
export const submitRoute =
  ({ submit }: Pick<GatewayServices, 'submit'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'Opens a job by a signed payment; the same again gives the same answer',
      body,
      response: { 200: relayedSchema, ...declareProblems(403, 404, 409, 410, 422, 503) },
    }
    app.post('/api/inference/submit', { schema, bodyLimit: 65_536 }, ({ body: { quote, ...rest } }) =>
      submit({ quoteNonce: quote, ...rest }),
    )
  }
