import type { CabinetQuery, JobSpec } from '@dim/sdk'

/** What a job asks of a cabinet, if it does. */
export const cabinetOf = (jobSpec: JobSpec.JobSpec): CabinetQuery.CabinetQuery | undefined =>
  jobSpec.pattern === 'single' ? jobSpec.cabinet : undefined
