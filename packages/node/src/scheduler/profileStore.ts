import { z } from 'zod'
import type { Db, ModelProfileRow } from '../storage/database.ts'
import type { ModelProfile } from './modelProfile.ts'

const batchSchema = z.object({
  axes: z.record(z.string(), z.int().min(0).nullable()),
  size: z.int().min(2),
  gain: z.number().positive(),
})

const toProfile = ({ batchJson, twoThreadsMs, ...row }: ModelProfileRow): ModelProfile => ({
  ...row,
  twoThreadsMs: twoThreadsMs ?? undefined,
  batch: batchJson === null ? undefined : batchSchema.parse(JSON.parse(batchJson)),
})

export type ProfileStore = {
  /** Of the options that this process runs with. */
  get(modelKey: string, executionProvider: string): ModelProfile | undefined
  list(): readonly ModelProfile[]
  put(profile: ModelProfile): Promise<void>
}

const keyOf = (modelKey: string, executionProvider: string) => `${executionProvider} ${modelKey}`

/** Profiles of models, read once and kept in memory, because every run asks for one. */
export async function openProfileStore(db: Db, { options }: { options: string }): Promise<ProfileStore> {
  const rows = await db.selectFrom('modelProfiles').selectAll().where('options', '=', options).execute()
  const profiles = new Map(
    rows.map((row) => [keyOf(row.modelKey, row.executionProvider), toProfile(row)] as const),
  )

  return {
    get: (modelKey, executionProvider) => profiles.get(keyOf(modelKey, executionProvider)),
    list: () => [...profiles.values()],
    async put(profile) {
      const { batch, twoThreadsMs, ...columns } = profile
      const row = {
        ...columns,
        twoThreadsMs: twoThreadsMs ?? null,
        batchJson: batch === undefined ? null : JSON.stringify(batch),
      }
      await db
        .insertInto('modelProfiles')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['modelKey', 'executionProvider', 'options']).doUpdateSet(row),
        )
        .execute()
      profiles.set(keyOf(profile.modelKey, profile.executionProvider), profile)
    },
  }
}
