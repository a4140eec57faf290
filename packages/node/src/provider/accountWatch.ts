import { getMinimumStake, getStakeAccount, type Reader } from '@dim/sdk'
import type { Address } from 'viem'
import { getBalance } from 'viem/actions'

export type AccountFacts = {
  stakeUsdc: bigint | undefined
  minimumStakeUsdc: bigint | undefined
  gasWei: bigint | undefined
}

/** What the provider's account holds, as last read. */
export function createAccountWatch(reader: Reader, provider: Address) {
  let facts: AccountFacts = { stakeUsdc: undefined, minimumStakeUsdc: undefined, gasWei: undefined }
  return {
    get facts(): AccountFacts {
      return facts
    },
    async refresh(): Promise<void> {
      const [{ stakeUsdc }, minimumStakeUsdc, gasWei] = await Promise.all([
        getStakeAccount(reader, { provider }),
        getMinimumStake(reader),
        getBalance(reader, { address: provider }),
      ])
      facts = { stakeUsdc, minimumStakeUsdc, gasWei }
    },
  }
}
