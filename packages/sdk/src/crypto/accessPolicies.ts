import { type Address, concat, encodeAbiParameters, type Hex, keccak256, numberToHex } from 'viem'
import type * as AccessGrant from '../messages/accessGrant.ts'

/** Standards of a gate's token, with the numbers that the contract knows them by. */
const tokenKinds = { erc20: 20n, erc721: 721n, erc1155: 1155n } as const

/**
 * What a buyer must hold: a balance of an ERC-20, tokens of an ERC-721 collection or the one token `id` of it, or a balance of the
 * token `id` of an ERC-1155. `minimum`, in the token's smallest unit, is at least 1.
 */
export type TokenGate =
  | { readonly kind: 'erc20'; readonly token: Address; readonly minimum: bigint }
  | { readonly kind: 'erc721'; readonly token: Address; readonly minimum: bigint }
  | { readonly kind: 'erc721'; readonly token: Address; readonly id: bigint }
  | { readonly kind: 'erc1155'; readonly token: Address; readonly id: bigint; readonly minimum: bigint }

const gateParameters = ['uint256', 'address', 'uint256', 'uint256'].map((type) => ({ type }))

/**
 * Proof for a model behind a token gate: the gate itself, 128 bytes. It is the same for every buyer.
 *
 * @example await createJob(client, { params, accessProof: proveTokenGate({ kind: 'erc20', token, minimum: 100n }) })
 */
export function proveTokenGate(gate: TokenGate): Hex {
  const id = 'id' in gate ? gate.id : 0n
  const minimum = 'minimum' in gate ? gate.minimum : 0n
  return encodeAbiParameters(gateParameters, [tokenKinds[gate.kind], gate.token, id, minimum])
}

/**
 * `accessRoot` of a model behind a token gate.
 *
 * @returns keccak256 of the proof, 32 bytes as hex.
 * @example await registerModel(client, { ...terms, policy: 'token-gate', accessRoot: tokenGateRoot({ kind: 'erc721', token, id: 7n }) })
 */
export const tokenGateRoot = (gate: TokenGate): Hex => keccak256(proveTokenGate(gate))

/**
 * `accessRoot` of a model that is sold by licence. A new epoch revokes all grants of the former one.
 *
 * @param epoch Below 2^96; the `nonce` of every grant.
 * @returns The signer's 20 bytes, then the epoch's 12.
 * @example await updateModel(client, { ...terms, policy: 'license', accessRoot: licenseRoot({ signer, epoch: 2n }) })
 */
export const licenseRoot = ({ signer, epoch }: { signer: Address; epoch: bigint }): Hex =>
  concat([signer, numberToHex(epoch, { size: 12 })]).toLowerCase() as Hex

/**
 * Proof for a model that is sold by licence: when the grant expires, in 5 bytes, and the signature under it.
 *
 * @param signature From `AccessGrant.sign`, or what a contract that signs takes.
 * @example await createJob(client, { params, accessProof: proveLicense(grant, signature) })
 */
export const proveLicense = (grant: AccessGrant.AccessGrant, signature: Hex): Hex =>
  concat([numberToHex(grant.expiresAt, { size: 5 }), signature])
