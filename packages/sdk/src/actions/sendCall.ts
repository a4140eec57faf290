import type { Abi, AccessList, Address, ContractFunctionArgs, ContractFunctionName, Hash } from 'viem'
import { simulateContract, writeContract } from 'viem/actions'
import type { Writer } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'

type SendCall<abi extends Abi, name extends ContractFunctionName<abi, 'nonpayable'>> = {
  address: Address
  abi: abi
  functionName: name
  args: ContractFunctionArgs<abi, 'nonpayable', name>
  /** What the call will read: cheaper if named beforehand. */
  accessList?: AccessList
  attempted: string
}

/** Simulates a write at the pending block, whose clock is the one that will count, and sends it. */
export async function sendCall<const abi extends Abi, name extends ContractFunctionName<abi, 'nonpayable'>>(
  client: Writer,
  { attempted, ...call }: SendCall<abi, name>,
): Promise<Hash> {
  const request = { ...call, account: client.account, chain: client.chain ?? null }
  try {
    await simulateContract(client, { ...request, blockTag: 'pending' } as never)
    return await writeContract(client, request as never)
  } catch (error) {
    throw decodeRevert(error, attempted)
  }
}
