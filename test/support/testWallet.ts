import { type Writer, waitForTransaction } from '@dim/sdk'
import hre from 'hardhat'
import type { Address } from 'viem'
import { deployContract, writeContract } from 'viem/actions'

const modes = ['honest', 'refuse', 'revert'] as const

export type TestWallet = { address: Address; setMode(mode: (typeof modes)[number]): Promise<void> }

/** Deploys an account with code that signs by EIP-1271 as its owner does, or does not. */
export async function deployTestWallet(owner: Writer): Promise<TestWallet> {
  const { abi, bytecode } = await hre.artifacts.readArtifact('TestWallet')
  const shared = { account: owner.account, chain: owner.chain ?? null }
  const hash = await deployContract(owner, {
    ...shared,
    abi,
    bytecode: bytecode as `0x${string}`,
    args: [owner.account.address],
  })
  const { contractAddress } = await waitForTransaction(owner, { hash })
  const address = contractAddress as Address
  return {
    address,
    async setMode(mode) {
      const call = { ...shared, address, abi, functionName: 'setMode', args: [modes.indexOf(mode)] } as const
      await waitForTransaction(owner, { hash: await writeContract(owner, call as never) })
    },
  }
}
