import * as NodeInfo from '../messages/nodeInfo.ts'
import type { RequestOptions } from './request.ts'
import { requestJson } from './requestJson.ts'
import { withRetries } from './withRetries.ts'

/**
 * Asks a node who it is, what it serves at which price, and where its contracts are (`GET /api/info`).
 *
 * @param endpoint URL of the node. What it says about itself is proven only by its signed provider record.
 * @throws `HTTP_UNREACHABLE`, `HTTP_TIMEOUT`, `HTTP_BAD_ANSWER`, or the node's own code.
 * @example
 * const { models } = await getNodeInfo('http://127.0.0.1:3000')
 */
export function getNodeInfo(endpoint: string, options: RequestOptions = {}): Promise<NodeInfo.NodeInfo> {
  const { signal, timeoutMs } = options
  const ask = () => requestJson({ endpoint, path: '/api/info', schema: NodeInfo.schema, signal, timeoutMs })
  return withRetries(ask, { signal })
}
