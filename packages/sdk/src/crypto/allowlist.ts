import { type Address, encodeAbiParameters, getAddress, type Hex, isAddress, keccak256 } from 'viem'
import { AllowlistInvalidError } from '../errors/allowlistInvalid.ts'
import { NotOnAllowlistError } from '../errors/notOnAllowlist.ts'
import { createMerkleTree, merkleProof } from './merkleTree.ts'

/** The addresses that may buy a model, as a Merkle tree. */
export type Allowlist = {
  /** `accessRoot` of the model's terms. */
  readonly root: Hex
  readonly addresses: readonly Address[]
}

/**
 * Makes an allowlist: OpenZeppelin's standard tree, whose leaf is keccak256(keccak256(abi.encode(address))).
 *
 * @param addresses Who may buy, one at least; repeated ones count once.
 * @returns Root and checksummed addresses in a fixed order.
 * @throws `ALLOWLIST_INVALID` for an empty list or something that is no address.
 * @example const { root } = createAllowlist(['0x70997970C51812dc3A010C7d01b50e0d17dc79C8'])
 */
export function createAllowlist(addresses: readonly string[]): Allowlist {
  const unique = [...new Set(addresses.map(toAddress))].sort()
  if (unique.length === 0) throw new AllowlistInvalidError('it is empty')
  return { root: createMerkleTree(unique.map(leafOf))[0] as Hex, addresses: unique }
}

/**
 * Proof that an address is on an allowlist: what `createJob*` and `canUse` take.
 *
 * @returns `abi.encode(bytes32[])` of the path from leaf to root.
 * @throws `NOT_ON_ALLOWLIST` for an address that is not there.
 * @example await createJob(client, { params, accessProof: proveAllowed(allowlist, account.address) })
 */
export function proveAllowed(allowlist: Allowlist, address: Address): Hex {
  const wanted = toAddress(address)
  if (!allowlist.addresses.includes(wanted)) throw new NotOnAllowlistError(wanted)
  const tree = createMerkleTree(allowlist.addresses.map(leafOf))
  return encodeAbiParameters([{ type: 'bytes32[]' }], [merkleProof(tree, leafOf(wanted))])
}

/** Hashed twice: 64 bytes of an inner node can never be taken for a leaf. */
const leafOf = (address: Address): Hex =>
  keccak256(keccak256(encodeAbiParameters([{ type: 'address' }], [address])))

function toAddress(text: string): Address {
  if (!isAddress(text)) throw new AllowlistInvalidError(`"${text.slice(0, 80)}" is no address`)
  return getAddress(text)
}
