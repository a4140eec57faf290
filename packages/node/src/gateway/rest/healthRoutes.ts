import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { declareProblems } from '../declareProblems.ts'
import type { GatewayServices } from '../services.ts'

const readiness = z.object({
  ready: z.boolean(),
  reasons: z.array(z.string()),
})

type HealthServices = Pick<GatewayServices, 'getReadiness' | 'renderMetrics'>

/** GET /healthz (alive), /readyz (can take jobs, or why not), /metrics. */
export const healthRoutes =
  ({ getReadiness, renderMetrics }: HealthServices): FastifyPluginAsyncZod =>
  async (app) => {
    const config = { rateLimit: false as const }
    const alive = {
      summary: 'The process answers',
      response: { 200: z.object({ status: z.literal('ok') }), ...declareProblems() },
    }
    app.get('/healthz', { schema: alive, config }, async () => ({ status: 'ok' as const }))

    const ready = {
      summary: 'Whether this node takes jobs, and why not',
      response: { 200: readiness, 503: readiness },
    }
    app.get('/readyz', { schema: ready, config }, async (_request, reply) => {
      const answer = getReadiness()
      return reply.code(answer.ready ? 200 : 503).send({ ...answer, reasons: [...answer.reasons] })
    })

    app.get(
      '/metrics',
      { schema: { summary: 'Prometheus metrics', hide: true }, config },
      async (_request, reply) => {
        const { contentType, text } = await renderMetrics()
        return reply.type(contentType).send(text)
      },
    )
  }
