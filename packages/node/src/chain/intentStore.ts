import type { Hash, Hex } from 'viem'
import type { TxIntentRow, TxIntentState } from '../storage/database.ts'
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

const UNFINISHED: readonly TxIntentState[] = ['recorded', 'signed']

const toIntent = ({ versionsJson, ...row }: TxIntentRow): Intent => ({
  ...row,
  versions: JSON.parse(versionsJson) as Version[],
})

/** Intents of one account on one chain, as they are recorded. */
export function intentStore(options: {
  storage: Storage
  chainId: number
  sender: string
  now: () => number
}) {
  const { chainId, now } = options
  const { db } = options.storage
  const sender = options.sender.toLowerCase()
  const own = () =>
    db.selectFrom('txIntents').selectAll().where('chainId', '=', chainId).where('sender', '=', sender)
  const update = (intent: string, values: Partial<TxIntentRow>) =>
    db
      .updateTable('txIntents')
      .set({ ...values, updatedAtMs: now() })
      .where('intent', '=', intent)
      .execute()

  return {
    async get(intent: string): Promise<Intent | undefined> {
      const row = await db.selectFrom('txIntents').selectAll().where('intent', '=', intent).executeTakeFirst()
      return row === undefined ? undefined : toIntent(row)
    },

    /** By nonce, lowest first. */
    async unfinished(): Promise<Intent[]> {
      const rows = await own().where('state', 'in', UNFINISHED).orderBy('nonce').execute()
      return rows.map(toIntent)
    },

    async withNonce(nonce: number): Promise<Intent | undefined> {
      const row = await own().where('nonce', '=', nonce).executeTakeFirst()
      return row === undefined ? undefined : toIntent(row)
    },

    async highestNonce(): Promise<number | undefined> {
      const row = await own()
        .where('nonce', 'is not', null)
        .orderBy('nonce', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.nonce ?? undefined
    },

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

    async addVersion({ intent, versions }: Intent, version: Version): Promise<Intent> {
      const all = [...versions, version]
      await update(intent, { state: 'signed', versionsJson: JSON.stringify(all) })
      return { ...(await this.require(intent)), versions: all }
    },

    async require(intent: string): Promise<Intent> {
      return toIntent(
        await db.selectFrom('txIntents').selectAll().where('intent', '=', intent).executeTakeFirstOrThrow(),
      )
    },

    finish: (
      intent: string,
      state: 'mined' | 'reverted',
      minedHash: Hash,
      minedBlock: bigint,
      errorJson?: string,
    ) => update(intent, { state, minedHash, minedBlock: Number(minedBlock), errorJson: errorJson ?? null }),

    /** Gives its nonce back; only for an intent of which no version can be mined any more. */
    drop: (intent: string) => update(intent, { state: 'dropped', nonce: null }),

    /** A reorganisation took it off the chain. */
    reopen: (intent: string) => update(intent, { state: 'signed', minedHash: null, minedBlock: null }),
  }
}

export type IntentStore = ReturnType<typeof intentStore>
