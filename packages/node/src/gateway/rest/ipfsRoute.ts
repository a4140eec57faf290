import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import { cidText } from '../fields.ts'
import type { GatewayServices } from '../services.ts'

const RAW = 'application/vnd.ipld.raw'

/** GET /ipfs/{cid}: one raw block that this node offers (https://specs.ipfs.tech/http-gateways/trustless-gateway/). */
export const ipfsRoute =
  ({ getOfferedBlock }: Pick<GatewayServices, 'getOfferedBlock'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'One raw block of a model or of a sealed result',
      params: z.object({ cid: cidText }),
      querystring: z.object({ format: z.literal('raw').default('raw') }),
      response: {
        200: { description: 'The block.', content: { [RAW]: { schema: z.any() } } },
        ...declareProblems(404),
      },
    }
    app.get('/ipfs/:cid', { schema, exposeHeadRoute: true }, async ({ params: { cid } }, reply) => {
      const bytes = await getOfferedBlock(cid)
      return reply
        .type(RAW)
        .header('cache-control', 'public, max-age=29030400, immutable')
        .header('etag', `"${cid}.raw"`)
        .header('x-content-type-options', 'nosniff')
        .header('content-disposition', `attachment; filename="${cid}.bin"`)
        .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    })
  }
