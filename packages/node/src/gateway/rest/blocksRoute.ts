import type { Readable } from 'node:stream'
import { InputTooLargeError } from '@dim/sdk'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import { cidText, hex32 } from '../fields.ts'
import { readBody } from '../readBody.ts'
import type { GatewayServices } from '../services.ts'

type BlockServices = Pick<GatewayServices, 'inputAllowance' | 'storeInputBlock'>

const stored = z.object({ cid: z.string(), bytes: z.int() })

/** PUT /api/blocks/{cid}: one block of a sealed input, acknowledged when it is on disk. */
export const blocksRoute =
  ({ inputAllowance, storeInputBlock }: BlockServices): FastifyPluginAsyncZod =>
  async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    const schema = {
      summary: 'Pushes one block of a sealed input under a live quote',
      params: z.object({ cid: cidText }),
      headers: z.object({ 'x-dim-quote': hex32 }),
      response: { 200: stored, 201: stored, ...declareProblems(404, 409, 410, 413) },
    }
    app.put('/api/blocks/:cid', { schema, bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
      const { cid } = request.params
      const quoteNonce = request.headers['x-dim-quote']
      // What is refused without being read must not be taken for the next request on this connection.
      reply.header('connection', 'close')
      const maxBytes = await inputAllowance({ cid, quoteNonce })
      const declared = Number(request.headers['content-length'] ?? 0)
      if (declared > maxBytes) throw new InputTooLargeError({ bytes: declared, maxBytes })
      const bytes = await readBody(request.body as Readable, maxBytes)
      reply.removeHeader('connection')
      const outcome = await storeInputBlock({ cid, bytes, quoteNonce })
      return reply.code(outcome === 'stored' ? 201 : 200).send({ cid, bytes: bytes.length })
    })
  }
