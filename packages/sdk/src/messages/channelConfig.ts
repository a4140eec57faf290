import { type Address, encodeAbiParameters, type Hex, keccak256 } from 'viem'
import * as z from 'zod'
import type { ChannelsDomain } from '../crypto/domains.ts'
import { deployedAddress } from '../deployedAddress.ts'
import { parseMessage, toCanonicalBytes, toJson as writeJson } from './codec.ts'
import { address, smallUint } from './fields.ts'

/** Terms of a channel; the chain keeps one slot under their hash. `withdrawDelay` is in seconds. */
export const schema = z.strictObject({
  payer: address,
  signer: address,
  receiver: address,
  salt: smallUint(32),
  withdrawDelay: smallUint(32),
})

/** Terms of a channel; the chain keeps one slot under their hash. `withdrawDelay` is in seconds. */
export type ChannelConfig = Readonly<z.output<typeof schema>>

/**
 * Reads the terms of a channel from a parsed JSON value.
 *
 * @throws `CHANNEL_CONFIG_INVALID` naming path and rule.
 * @example const config = ChannelConfig.parse(await response.json())
 */
export const parse = (input: unknown): ChannelConfig => parseMessage('ChannelConfig', schema, input)

/**
 * Writes the terms of a channel as a JSON value: the inverse of `parse`.
 *
 * @throws `CHANNEL_CONFIG_INVALID` for a value out of the schema.
 * @example await writeFile('channel.json', JSON.stringify(ChannelConfig.toJson(config)))
 */
export const toJson = (config: ChannelConfig): z.input<typeof schema> =>
  writeJson('ChannelConfig', schema, config)

/**
 * Canonical JSON (RFC 8785) as UTF-8 bytes.
 *
 * @throws `CHANNEL_CONFIG_INVALID` for a value out of the schema.
 * @example const bytes = ChannelConfig.canonical(config)
 */
export const canonical = (config: ChannelConfig): Uint8Array =>
  toCanonicalBytes('ChannelConfig', schema, config)

/**
 * Makes the terms of a new channel; nothing is sent. The payer signs its vouchers unless another signer is named.
 *
 * @param options `withdrawDelay` in seconds; `salt` tells channels of the same parties apart, random by default.
 * @example const config = ChannelConfig.between({ payer, receiver, withdrawDelay: 86_400 })
 */
export function between(options: {
  payer: Address
  receiver: Address
  withdrawDelay: number
  signer?: Address | undefined
  salt?: number | undefined
}): ChannelConfig {
  const { payer, receiver, withdrawDelay, signer = payer, salt = randomSalt() } = options
  return { payer, signer, receiver, salt, withdrawDelay }
}

const randomSalt = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0

const fields = [
  { type: 'uint256' },
  { type: 'address' },
  { type: 'address' },
  { type: 'address' },
  { type: 'address' },
  { type: 'uint32' },
  { type: 'uint32' },
] as const

/**
 * Id of a channel, as the contract computes it: keccak256(abi.encode(chainid, contract, payer, signer, receiver, salt, withdrawDelay)).
 *
 * @param domain Chain id and address of PaymentChannels; a `Deployment` will do.
 * @returns 32 bytes as hex.
 * @throws `NOT_DEPLOYED` for a deployment without channels.
 * @example const channelId = ChannelConfig.id(deployment, config)
 */
export function id(domain: ChannelsDomain, config: ChannelConfig): Hex {
  const contract = deployedAddress(domain, 'paymentChannels')
  const { payer, signer, receiver, salt, withdrawDelay } = config
  return keccak256(
    encodeAbiParameters(fields, [
      BigInt(domain.chainId),
      contract,
      payer,
      signer,
      receiver,
      salt,
      withdrawDelay,
    ]),
  )
}
