import { chmod } from 'node:fs/promises'
import { BaseError, getMinimumStake, getStakeAccount } from '@dim/sdk'
import { formatEther } from 'viem'
import type { Config } from '../../../config.ts'
import { identityPaths } from '../../../identity/identityPaths.ts'
import { readSecretFile } from '../../../identity/readSecretFile.ts'
import { formatUsdc } from '../../formatUsdc.ts'
import type { ChainClient } from '../../network/openChain.ts'
import { nodeAddress } from '../nodeAccount.ts'
import type { Finding } from './finding.ts'

/** Key files of mode 0600, gas money and a stake that is large enough. */
export async function checkKey(config: Config, chain: ChainClient | undefined): Promise<readonly Finding[]> {
  const files = await Promise.all(Object.values(identityPaths(config.keystore.path)).map(checkFile))
  if (files.some(({ status }) => status !== 'ok') || chain === undefined) return files
  const address = await nodeAddress(config)
  const [balance, { stakeUsdc }, minimumUsdc] = await Promise.all([
    chain.getBalance({ address }),
    getStakeAccount(chain, { provider: address }),
    getMinimumStake(chain),
  ])
  const gas: Finding = {
    group: 'key',
    name: 'gas money',
    status: 'ok',
    text: `${address} holds ${formatEther(balance)}`,
  }
  const stake: Finding = {
    group: 'key',
    name: 'stake',
    status: 'ok',
    text: `${formatUsdc(stakeUsdc)}, at least ${formatUsdc(minimumUsdc)} is needed`,
  }
  return [
    ...files,
    balance > 0n ? gas : { ...gas, status: 'fail', fix: `Send gas money to ${address}.` },
    stakeUsdc >= minimumUsdc
      ? stake
      : {
          ...stake,
          status: 'fail',
          fix: `dim node stake add ${formatUsdc(minimumUsdc - stakeUsdc).replace(' USDC', 'usdc')}`,
        },
  ]
}

async function checkFile(path: string): Promise<Finding> {
  const base = { group: 'key', name: 'file' } as const
  try {
    await readSecretFile(path)
    return { ...base, status: 'ok', text: `${path}, readable by its owner only` }
  } catch (error) {
    if (!(error instanceof BaseError)) throw error
    const finding: Finding = {
      ...base,
      status: 'fail',
      text: error.shortMessage,
      fix: error.hint ?? 'Run dim node init.',
    }
    if (error.code !== 'KEY_FILE_READABLE') return finding
    return { ...finding, repair: () => chmod(path, 0o600).then(() => `mode of ${path} is 0600 now`) }
  }
}
