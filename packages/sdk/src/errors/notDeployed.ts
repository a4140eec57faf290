import { BaseError } from './baseError.ts'

/** A deployment was made before there was this contract, or its record leaves it out. */
export class NotDeployedError extends BaseError {
  override readonly code = 'NOT_DEPLOYED'
  readonly contract: string

  constructor(contract: string, chainId: number) {
    super(`The deployment on chain ${chainId} has no ${contract}.`, {
      charged: 'Nothing was signed or charged.',
      hint: 'Use a deployment that has it, or give its address.',
    })
    this.contract = contract
  }
}
