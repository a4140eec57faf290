import type { Address, Hex, TransactionReceipt } from 'viem'
import type { TransactionSender } from '../chain/transactionSender.ts'
import type { Db } from '../storage/database.ts'

export type Act = { to: Address; data: Hex; gas?: bigint | undefined }

export type NamedActsOptions = { db: Db; sender: TransactionSender; signal: AbortSignal }

/** Transactions under names, by which each happens once: also after a crash, a reorganisation or a second request. */
export function createNamedActs({ db, sender, signal }: NamedActsOptions) {
  const rowsOf = (name: string) =>
    db
      .selectFrom('txIntents')
      .select(['intent', 'state', 'to', 'data', 'gas'])
      .where((eb) => eb.or([eb('intent', '=', name), eb('intent', 'like', `${name}#%`)]))
      .orderBy('createdAtMs')
      .execute()

  /** An act keeps its name for ever; only after a revert, which is final, the same act needs another one. */
  const intentOf = async (name: string): Promise<string> => {
    const rows = await rowsOf(name)
    const last = rows.at(-1)
    if (last === undefined) return name
    return last.state === 'reverted' ? `${name}#${rows.length + 1}` : last.intent
  }

  const act = async (name: string, { to, data, gas }: Act): Promise<TransactionReceipt> => {
    const intent = await intentOf(name)
    return sender.send({ intent, to, data, signal, ...(gas === undefined ? {} : { gas }) })
  }

  return {
    act,
    /** Does once more what was done under a name; `undefined` when nothing was. */
    async repeat(name: string): Promise<TransactionReceipt | undefined> {
      const [first] = await rowsOf(name)
      if (first === undefined) return undefined
      const { to, data, gas } = first
      return act(name, { to: to as Address, data: data as Hex, gas: gas === null ? undefined : BigInt(gas) })
    },
  }
}
