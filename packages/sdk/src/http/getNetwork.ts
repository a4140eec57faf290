import { type Deployment, deploymentSchema } from '../deployments.ts'
import type { RequestOptions } from './request.ts'
import { requestJson } from './requestJson.ts'
import { withRetries } from './withRetries.ts'

/**
 * Asks a node on which contracts it works (`GET /api/network`): the way to a devnet's deployment.
 *
 * @param endpoint URL of a node that you trust for this, such as your own.
 * @throws `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`, `HTTP_BAD_ANSWER`, or the node's own code.
 * @example
 * const reader = withDeployment(client, await getNetwork('http://127.0.0.1:3000'))
 */
export function getNetwork(endpoint: string, options: RequestOptions = {}): Promise<Deployment> {
  const { signal, timeoutMs } = options
  const ask = () =>
    requestJson({ endpoint, path: '/api/network', schema: deploymentSchema, signal, timeoutMs })
  return withRetries(ask, { signal })
}
