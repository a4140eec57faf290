import { BaseError } from '@dim/sdk'

/** Nobody says where the contracts are. */
export class DeploymentMissingError extends BaseError {
  override readonly code = 'DEPLOYMENT_MISSING'

  constructor(chainId: number, options: { file?: string | undefined; cause?: unknown } = {}) {
    const where =
      options.file === undefined
        ? `chain ${chainId} has no public deployment`
        : `${options.file} cannot be read`
    super(`The node was not started: ${where}.`, {
      ...(options.cause === undefined ? {} : { cause: options.cause }),
      hint: 'Set chain.deploymentFile to the deployment.json of your network; `dim devnet` writes one.',
    })
  }
}
