import type { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import { cidText } from '../fields.ts'
import { readBody } from '../readBody.ts'
import type { GatewayServices } from '../services.ts'

type UploadServices = Pick<GatewayServices, 'uploadAllowance' | 'storeModelBlock'>

const stored = z.object({ cid: z.string(), bytes: z.int() })

/** PUT /api/models/blocks/{cid}: one block of a model, offered to everybody; only where the operator allows uploads. */
export const modelBlocksRoute =
  ({ uploadAllowance, storeModelBlock }: UploadServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    const schema = {
      summary: 'Uploads one block of a model, where the node allows it',
      params: z.object({ cid: cidText }),
      response: { 200: stored, 201: stored, ...declareProblems(403, 413) },
    }
    const bodyLimit = Number.MAX_SAFE_INTEGER
    app.put('/api/models/blocks/:cid', { schema, bodyLimit }, async (request, reply) => {
      const { cid } = request.params
      // What is refused without being read must not be taken for the next request on this connection.
      reply.header('connection', 'close')
      const bytes = await readBody(request.body as Readable, await uploadAllowance())
      reply.removeHeader('connection')
      const outcome = await storeModelBlock({ cid, bytes })
      return reply.code(outcome === 'stored' ? 201 : 200).send({ cid, bytes: bytes.length })
    })
  }
