import { BaseError } from '@dim/sdk'

/** A package that brings one of the seeded models is not installed. */
export class SeedMissingError extends BaseError {
  override readonly code = 'SEED_MISSING'
  constructor(packageName: string, path: string) {
    super(`The example model was not published: ${packageName} has no file ${path}.`, {
      charged: 'Nothing was charged.',
      hint: 'Run "npm start" once more, so that the packages are installed.',
    })
  }
}
