import type { Migration } from 'kysely/migration'
import { initial } from './001_initial.ts'
import { modelProfiles } from './002_modelProfiles.ts'
import { cabinetSpends } from './003_cabinetSpends.ts'

/** In order; a released one is never changed, only followed by another. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001_initial': initial,
  '002_modelProfiles': modelProfiles,
  '003_cabinetSpends': cabinetSpends,
}
