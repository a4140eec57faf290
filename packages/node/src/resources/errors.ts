import { BaseError } from '@dim/sdk'

export type Shortage = {
  what: 'worker memory' | 'machine memory' | 'graphics memory' | 'disk'
  neededBytes: number
  hasBytes: number
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1_048_576)} MiB`

/** The machine lacks what the work is measured to need. */
export class ResourcesExhaustedError extends BaseError {
  override readonly code = 'RESOURCES_EXHAUSTED'
  readonly shortage: Shortage
  constructor(modelKey: string, shortage: Shortage) {
    const { what, neededBytes, hasBytes } = shortage
    super(
      `Model ${modelKey} was not taken: it needs ${mebibytes(neededBytes)} of ${what}, and ${mebibytes(hasBytes)} are there.`,
      {
        charged: 'Nothing was charged.',
        hint:
          what === 'worker memory'
            ? 'Raise runtime.memoryLimitMb, or use another provider.'
            : 'Free some of it, serve fewer models, or use another provider.',
        // The limit of a worker stays as it is; what others use now they may give back.
        retryable: what !== 'worker memory',
      },
    )
    this.shortage = shortage
  }
}
