import { JobParams } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import { type Address, getAddress, type Hex, isAddress } from 'viem'
import { z } from 'zod'

/** 32 bytes as hex in a path or a header. */
export const hex32 = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/, '32 bytes as 0x-hex')
  .transform((value) => value.toLowerCase() as Hex)

export const hexBytes = z
  .string()
  .max(20_000)
  .regex(/^0x(?:[0-9a-fA-F]{2})*$/, 'whole bytes as 0x-hex')
  .transform((value) => value as Hex)

export const address = z
  .string()
  .refine((value) => isAddress(value, { strict: false }), 'a 20-byte address as 0x-hex')
  .transform((value): Address => getAddress(value))

function isCid(text: string): boolean {
  try {
    return CID.parse(text).version === 1
  } catch {
    return false
  }
}

export const cidText = z
  .string()
  .regex(/^b[a-z2-7]{20,120}$/, { error: 'a CIDv1 in base32', abort: true })
  .refine(isCid, 'a CIDv1 in base32')

export const unixSeconds = z
  .string()
  .regex(/^\d{1,20}$/, 'a whole number as a decimal string')
  .transform((value) => BigInt(value))

export const jobParams = JobParams.schema

export const relayedSchema = z.object({
  jobId: z.string(),
  transactionHash: z.string().optional(),
  status: z.string(),
})
