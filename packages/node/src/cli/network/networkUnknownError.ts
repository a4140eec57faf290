import { BaseError } from '@dim/sdk'

/** No network was named and none was found. */
export class NetworkUnknownError extends BaseError {
  override readonly code = 'NETWORK_UNKNOWN'

  constructor(name?: string) {
    super(
      name === undefined
        ? 'No network is known: no devnet runs here and none was named.'
        : `"${name}" is not a network that is known here.`,
      {
        charged: 'Nothing was charged.',
        hint: 'Start a devnet with `npm start`, or name one: --network devnet, --network <devnet folder>, --network http://node.example.',
      },
    )
  }
}
