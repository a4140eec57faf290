import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import type { GatewayServices } from '../services.ts'

const networkSchema = z.object({
  chainId: z.int(),
  genesisHash: z.string(),
  deployedAtBlock: z.string(),
  usdc: z.string(),
  modelRegistry: z.string(),
  providerRegistry: z.string(),
  jobEscrow: z.string(),
  paymentChannels: z.string().optional(),
  receiptAnchor: z.string().optional(),
  equivocationModule: z.string().optional(),
})

/** GET /api/network: the contracts that this node works with. */
export const networkRoute =
  ({ getNetwork }: Pick<GatewayServices, 'getNetwork'>): FastifyPluginAsyncZod =>
  async (app) => {
    const schema = {
      summary: 'Chain and contracts of this node',
      response: { 200: networkSchema, ...declareProblems() },
    }
    app.get('/api/network', { schema }, async () => networkSchema.parse(getNetwork()))
  }
