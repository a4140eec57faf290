import type { Kysely } from 'kysely'
import type { Hash, Hex } from 'viem'
import type { Database, TxIntentRow, TxIntentState } from '../storage/database.ts'
import type { Storage } from '../storage/storage.ts'
import type { SendParameters } from './transactionSender.ts'

/** A signed form of a transaction; those of one nonce exclude each other, so that one of them at most is mined. */
export type Version = {
  nonce: number
  hash: Hash
  raw: Hex
  maxFeePerGas: string
  maxPriorityFeePerGas: string
  signedAtMs: number
}

export type Intent = Omit<TxIntentRow, 'versionsJson'> & { versions: readonly Version[] }

type Record = Pick<SendParameters, 'intent' | 'to' | 'data' | 'value'> & { gas: bigint; nonce: number }

type Ending = { state: 'mined' | 'reverted'; hash: Hash; block: bigint; errorJson?: string }

const UNFINISHED: readonly TxIntentState[] = ['recorded', 'signed']

const toIntent = ({ versionsJson, ...row }: TxIntentRow): Intent => ({
  ...row,
  versions: JSON.parse(versionsJson) as Version[],
})

type Owner = { db: Kysely<Database>; chainId: number; sender: string }

function reading({ db, chainId, sender }: Owner) {
  const own = () =>
    db.selectFrom('txIntents').selectAll().where('chainId', '=', chainId).where('sender', '=', sender)
  const named = (intent: string) => db.selectFrom('txIntents').selectAll().where('intent', '=', intent)
  const first = (row: TxIntentRow | undefined) => (row === undefined ? undefined : toIntent(row))

  return {
    get: async (intent: string): Promise<Intent | undefined> => first(await named(intent).executeTakeFirst()),

    require: async (intent: string): Promise<Intent> =>
      toIntent(await named(intent).executeTakeFirstOrThrow()),

    /** By nonce, lowest first. */
    async unfinished(): Promise<Intent[]> {
      const rows = await own().where('state', 'in', UNFINISHED).orderBy('nonce').execute()
      return rows.map(toIntent)
    },

    withNonce: async (nonce: number): Promise<Intent | undefined> =>
      first(await own().where('nonce', '=', nonce).executeTakeFirst()),

    async highestNonce(): Promise<number | undefined> {
      const row = await own()
        .where('nonce', 'is not', null)
        .orderBy('nonce', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.nonce ?? undefined
    },
  }
}

function writing({ db, chainId, sender }: Owner, now: () => number) {
  const update = async (intent: string, values: Partial<TxIntentRow>) => {
    await db
      .updateTable('txIntents')
      .set({ ...values, updatedAtMs: now() })
      .where('intent', '=', intent)
      .execute()
  }

  return {
    /** A dropped intent of that name is recorded anew; its old versions stay, lest one of them was mined. */
    async record({ intent, to, data, value = 0n, gas, nonce }: Record): Promise<void> {
      const fields = { chainId, sender, to, data, valueWei: value.toString(), gas: gas.toString(), nonce }
      await db
        .insertInto('txIntents')
        .values({ intent, ...fields, state: 'recorded', createdAtMs: now(), updatedAtMs: now() })
        .onConflict((conflict) =>
          conflict.column('intent').doUpdateSet({ ...fields, state: 'recorded', updatedAtMs: now() }),
        )
        .execute()
    },

    async addVersion(intent: Intent, version: Version): Promise<Intent> {
      const versions = [...intent.versions, version]
      await update(intent.intent, { state: 'signed', versionsJson: JSON.stringify(versions) })
      return { ...intent, state: 'signed', versions }
    },

    finish: (intent: string, { state, hash, block, errorJson }: Ending) =>
      update(intent, { state, minedHash: hash, minedBlock: Number(block), errorJson: errorJson ?? null }),

    /** Gives its nonce back; only for an intent of which no version can be mined any more. */
    drop: (intent: string) => update(intent, { state: 'dropped', nonce: null }),

    /** A reorganisation took it off the chain. */
    reopen: (intent: string) => update(intent, { state: 'signed', minedHash: null, minedBlock: null }),
  }
}

export type IntentStoreOptions = { storage: Storage; chainId: number; sender: string; now: () => number }

/** Intents of one account on one chain, as they are recorded. */
export function intentStore({ storage, chainId, sender, now }: IntentStoreOptions) {
  const owner = { db: storage.db, chainId, sender: sender.toLowerCase() }
  return { ...reading(owner), ...writing(owner, now) }
}

export type IntentStore = ReturnType<typeof intentStore>
