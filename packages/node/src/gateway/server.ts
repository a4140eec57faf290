import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance } from 'fastify'
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Logger } from 'pino'
import { RouteUnknownError } from '../errors/routeUnknown.ts'
import { toProblem } from './problem.ts'
import { RateLimitedError } from './rateLimited.ts'
import { acceptRoute } from './rest/acceptRoute.ts'
import { blocksRoute } from './rest/blocksRoute.ts'
import { healthRoutes } from './rest/healthRoutes.ts'
import { infoRoute } from './rest/infoRoute.ts'
import { ipfsRoute } from './rest/ipfsRoute.ts'
import { modelBlocksRoute } from './rest/modelBlocksRoute.ts'
import { modelsRoute } from './rest/modelsRoute.ts'
import { networkRoute } from './rest/networkRoute.ts'
import { quotesRoute } from './rest/quotesRoute.ts'
import { statusRoute } from './rest/statusRoute.ts'
import { submitRoute } from './rest/submitRoute.ts'
import type { GatewayServices } from './services.ts'

export type GatewayOptions = {
  services: GatewayServices
  version: string
  requestsPerMinute: number
  logger: Logger
}

const isBlock = /^\/(?:api\/blocks|api\/models\/blocks|ipfs)\//

const routes = [
  infoRoute,
  networkRoute,
  modelsRoute,
  modelBlocksRoute,
  quotesRoute,
  blocksRoute,
  submitRoute,
  acceptRoute,
  statusRoute,
  ipfsRoute,
  healthRoutes,
] as const

function answerErrors(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler(async (error, request, reply) => {
    const problem = toProblem(error, request.url)
    const { method, url } = request
    if (problem.status === 500) logger.error({ err: error, method, url }, 'request failed')
    else logger.debug({ code: problem.code, method, url }, 'request refused')
    // The answer's own schema is not asked: a problem is the same on every route.
    return reply
      .code(problem.status)
      .type('application/problem+json')
      .serializer(JSON.stringify as (payload: unknown) => string)
      .send(problem)
  })
  app.setNotFoundHandler(async (request) => {
    throw new RouteUnknownError(`${request.method} ${request.url.split('?')[0]}`)
  })
}

async function addPlugins(app: FastifyInstance, { version, requestsPerMinute }: GatewayOptions) {
  await app.register(helmet, { crossOriginResourcePolicy: { policy: 'cross-origin' } })
  await app.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: 60_000,
    // Blocks are many for one input or model; they are bounded by their bytes instead.
    allowList: (request) => isBlock.test(request.url),
    errorResponseBuilder: (_request, { ttl }) => new RateLimitedError(ttl),
  })
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'DIM node', version } },
    transform: jsonSchemaTransform,
  })
}

/** The HTTP side of a node: routes, limits and problem details. The caller listens and closes. */
export async function createGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { services, logger } = options
  const app = Fastify({
    logger: false,
    bodyLimit: 65_536,
    forceCloseConnections: true,
    requestTimeout: 120_000,
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  answerErrors(app, logger)
  await addPlugins(app, options)
  for (const route of routes) await app.register(route(services))
  app.get('/openapi.json', { schema: { hide: true } as object }, async () => app.swagger())
  await app.ready()
  return app
}
