import { BaseError } from '@dim/sdk'
import type { PortHolder } from './portHolder.ts'

/** Somebody listens on the port already. */
export class PortInUseError extends BaseError {
  override readonly code = 'PORT_IN_USE'

  constructor({ host, port, holder }: { host: string; port: number; holder: PortHolder | undefined }) {
    const by =
      holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command.slice(0, 120)})`
    super(`${host}:${port} is taken by ${by}.`, {
      charged: 'Nothing was charged.',
      hint: 'Stop that process, or choose another port (http.port or DIM_HTTP_PORT).',
    })
  }
}
