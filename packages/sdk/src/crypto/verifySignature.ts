import { type Address, type Client, type Hex, isAddressEqual, parseAbi, recoverAddress } from 'viem'
import { readContract } from 'viem/actions'
import { splitSignature } from './splitSignature.ts'

const magicValue = '0x1626ba7e'
const erc1271Abi = parseAbi([
  'function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)',
])

/** A signature, who should have made it, and where to ask if the signer is a contract. */
export type VerifySignatureOptions = {
  signature: Hex
  signer: Address
  /** With it, a contract account may answer by EIP-1271; without it the check is offline and ECDSA only. */
  client?: Client | undefined
}

/**
 * Whether `signer` signed a 32-byte hash: ECDSA first (65 bytes or 64 by EIP-2098, low s), then EIP-1271 if a client is given.
 *
 * @returns `false` for any signature that is wrong, malformed or high in s; never throws for a bad signature.
 * @throws what the client throws when the chain cannot be asked.
 * @example await verifySignature(Receipt.hash(deployment, receipt), { signature, signer: serviceKey })
 */
export async function verifySignature(hash: Hex, options: VerifySignatureOptions): Promise<boolean> {
  const recovered = await recoverSigner(hash, options.signature)
  if (recovered !== undefined && isAddressEqual(recovered, options.signer)) return true
  return options.client === undefined ? false : askContract(options.client, hash, options)
}

async function recoverSigner(hash: Hex, signature: Hex): Promise<Address | undefined> {
  const parts = splitSignature(signature)
  if (parts === undefined) return undefined
  try {
    return await recoverAddress({ hash, signature: parts })
  } catch {
    // No point of the curve has this r: the same as a wrong signature.
    return undefined
  }
}

async function askContract(client: Client, hash: Hex, { signature, signer }: VerifySignatureOptions) {
  try {
    const parameters = { address: signer, abi: erc1271Abi, functionName: 'isValidSignature' } as const
    return (await readContract(client, { ...parameters, args: [hash, signature] })) === magicValue
  } catch (error) {
    if (isRefusal(error)) return false
    throw error
  }
}

/** A contract that reverts or answers nothing refuses; a chain that cannot be reached is another matter. */
function isRefusal(error: unknown): boolean {
  const names = ['ContractFunctionRevertedError', 'ContractFunctionZeroDataError', 'AbiDecodingZeroDataError']
  for (let e = error; e instanceof Error; e = e.cause) if (names.includes(e.name)) return true
  return false
}
