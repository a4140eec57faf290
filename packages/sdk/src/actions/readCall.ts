import type {
  Abi,
  Address,
  ContractFunctionArgs,
  ContractFunctionName,
  ContractFunctionReturnType,
} from 'viem'
import { readContract } from 'viem/actions'
import type { Reader } from '../client.ts'
import { decodeRevert } from '../errors/decodeRevert.ts'

type ReadCall<abi extends Abi, name extends ContractFunctionName<abi, 'pure' | 'view'>> = {
  address: Address
  abi: abi
  functionName: name
  args: ContractFunctionArgs<abi, 'pure' | 'view', name>
  attempted: string
}

/** Calls a view function at the latest block; a revert becomes a coded error. */
export async function readCall<
  const abi extends Abi,
  name extends ContractFunctionName<abi, 'pure' | 'view'>,
>(
  client: Reader,
  { attempted, ...call }: ReadCall<abi, name>,
): Promise<ContractFunctionReturnType<abi, 'pure' | 'view', name>> {
  try {
    return (await readContract(client, call as never)) as ContractFunctionReturnType<
      abi,
      'pure' | 'view',
      name
    >
  } catch (error) {
    throw decodeRevert(error, attempted)
  }
}
