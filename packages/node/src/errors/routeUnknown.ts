import { BaseError } from '@dim/sdk'

/** No route answers this method and path. */
export class RouteUnknownError extends BaseError {
  override readonly code = 'ROUTE_UNKNOWN'

  constructor(route: string) {
    super(`This node has no route ${route}.`, { hint: 'See GET /openapi.json.' })
  }
}
