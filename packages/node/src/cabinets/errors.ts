import { BaseError } from '@dim/sdk'

const hints = {
  CABINET_UNKNOWN: 'Ask the provider for the names of its cabinets.',
  CABINET_ACCESS_REFUSED: 'Ask the provider to name your address in the policy of the cabinet.',
  CABINET_MODEL_REFUSED: 'Use a model that the policy of the cabinet names.',
  CABINET_QUERY_REFUSED: 'Ask only for buckets and answers of the policy of the cabinet, and send no inputs.',
  CABINET_GROUP_TOO_SMALL: 'Choose more buckets.',
  CABINET_BUDGET_SPENT: 'Ask again when the period of the budget has passed.',
  CABINET_CHANGED: 'The provider has to take the change over: dim cabinet add NAME PATH --refresh.',
  CABINET_SANDBOX_TOO_WEAK: 'The provider has to run models in a container or by bubblewrap.',
  CABINET_OUTPUT_UNFIT: 'The provider has to correct the policy of the cabinet for this model.',
  CABINET_TIMED_OUT: 'Choose fewer buckets, or ask for a longer time to submit.',
} as const

export type CabinetRefusal = keyof typeof hints

/** A job gets nothing from a cabinet: it is not opened, or declined if it is, and then the client has its money back. */
export class CabinetRefusedError extends BaseError {
  override readonly code: CabinetRefusal

  constructor(code: CabinetRefusal, why: string, cause?: unknown) {
    super(`The cabinet gave no answer: ${why}.`, {
      ...(cause === undefined ? {} : { cause }),
      charged: 'Nothing is charged; what was paid for the job is refunded.',
      hint: hints[code],
    })
    this.code = code
  }
}

/** The provider itself names a cabinet that is not there. */
export class CabinetMissingError extends BaseError {
  override readonly code = 'CABINET_UNKNOWN'

  constructor(name: string) {
    super(`There is no cabinet named "${name}".`, {
      charged: 'Nothing was charged.',
      hint: '`dim cabinet list` shows all.',
    })
  }
}

/** A path cannot be a cabinet. */
export class CabinetPathRefusedError extends BaseError {
  override readonly code = 'CABINET_PATH_REFUSED'

  constructor(path: string, why: string, cause?: unknown) {
    super(`${path} was not made a cabinet: ${why}.`, {
      ...(cause === undefined ? {} : { cause }),
      charged: 'Nothing was charged.',
      hint: 'Name a file or a folder that holds the data and nothing else.',
    })
  }
}

/** The bytes of a file are not what its format says. */
export class CabinetFileInvalidError extends BaseError {
  override readonly code = 'CABINET_FILE_INVALID'

  constructor(file: string, why: string, cause?: unknown) {
    super(`${file} could not be read: ${why}.`, {
      ...(cause === undefined ? {} : { cause }),
      charged: 'Nothing was charged.',
      hint: 'Correct the file, or name its format with --format.',
    })
  }
}

/** More data than a cabinet takes. */
export class CabinetTooLargeError extends BaseError {
  override readonly code = 'CABINET_TOO_LARGE'

  constructor(what: string, limit: number) {
    super(`The data were not made a cabinet: there are more than ${limit} ${what}.`, {
      charged: 'Nothing was charged.',
      hint: 'Divide the data into several cabinets.',
    })
  }
}

/** There is a cabinet of this name. */
export class CabinetExistsError extends BaseError {
  override readonly code = 'CABINET_EXISTS'

  constructor(name: string) {
    super(`The cabinet "${name}" was not added: there is one of this name.`, {
      charged: 'Nothing was charged.',
      hint: 'Take another name, or --refresh to take over changed data.',
    })
  }
}

/** What is written down about a cabinet cannot be read. */
export class CabinetRecordInvalidError extends BaseError {
  override readonly code = 'CABINET_RECORD_INVALID'

  constructor(path: string, cause: unknown) {
    super(`${path} does not describe a cabinet.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Remove the file and add the cabinet again.',
    })
  }
}

/** A policy does not fit the columns of its cabinet or the rules of policies. */
export class CabinetPolicyInvalidError extends BaseError {
  override readonly code = 'CABINET_POLICY_INVALID'

  constructor(name: string, why: string) {
    super(`The policy of "${name}" was not changed: ${why}.`, {
      charged: 'Nothing was charged.',
      hint: 'See docs/cabinets.md for what a policy holds.',
    })
  }
}
