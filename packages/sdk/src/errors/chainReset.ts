import { BaseError } from './baseError.ts'

/** The chain has the right id and is not the one that the local state was made for: it was started anew. */
export class ChainResetError extends BaseError {
  override readonly code = 'CHAIN_RESET'

  constructor(details: string) {
    super(
      'The chain was reset: what is known locally about its contracts and jobs belongs to an older chain.',
      {
        details,
        charged: 'Nothing was sent or charged.',
        hint: 'Read the deployment again, and set state of the old chain aside.',
      },
    )
  }
}
