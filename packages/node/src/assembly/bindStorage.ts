import { ChainResetError, type Deployment } from '@dim/sdk'
import type { Storage } from '../storage/storage.ts'

const KEY = 'deployment'

/** Ties the local state to one deployment, so that a chain that was reset is never mistaken for the one before. */
export async function bindStorage({ db }: Storage, deployment: Deployment): Promise<void> {
  const { chainId, genesisHash, jobEscrow } = deployment
  const value = `${chainId}:${genesisHash}:${jobEscrow}`.toLowerCase()
  const row = await db.selectFrom('meta').select('value').where('key', '=', KEY).executeTakeFirst()
  if (row === undefined) {
    await db.insertInto('meta').values({ key: KEY, value }).execute()
  } else if (row.value !== value) {
    throw new ChainResetError(`the data folder belongs to ${row.value}, the deployment is ${value}`)
  }
}
