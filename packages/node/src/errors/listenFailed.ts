import { BaseError } from '@dim/sdk'

/** The gateway cannot listen where it should. */
export class ListenFailedError extends BaseError {
  override readonly code: 'PORT_IN_USE' | 'LISTEN_FAILED'

  constructor({ host, port }: { host: string; port: number }, cause: unknown) {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE'
    super(
      `The node was not started: it cannot listen on ${host}:${port}${isTaken ? ', which is in use' : ''}.`,
      {
        cause,
        charged: 'Nothing was charged.',
        hint: 'Set http.port (DIM_HTTP_PORT) to a free port, or to 0 for any.',
      },
    )
    this.code = isTaken ? 'PORT_IN_USE' : 'LISTEN_FAILED'
  }
}
