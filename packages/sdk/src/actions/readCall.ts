import type {
  Abi,
  Address,
  BlockTag,
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
  /** `latest` by default. */
  blockTag?: BlockTag
  attempted: string
}

/** Calls a view function, at the latest block unless told otherwise; a revert becomes a coded error. */
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
