import { z } from 'zod'

const hex = (bytes?: number) =>
  z
    .string()
    .regex(/^([0-9a-f]{2})+$/i)
    .refine((text) => bytes === undefined || text.length === bytes * 2)

/** Web3 Secret Storage, version 3, as geth and every wallet write it; scrypt only. */
export const keyFileSchema = z.object({
  version: z.literal(3),
  id: z.string(),
  address: z.string().optional(),
  crypto: z.object({
    cipher: z.literal('aes-128-ctr'),
    ciphertext: hex(),
    cipherparams: z.object({ iv: hex(16) }),
    kdf: z.literal('scrypt'),
    kdfparams: z.object({
      dklen: z.literal(32),
      n: z.int().min(2).max(1_048_576),
      p: z.int().min(1).max(16),
      r: z.int().min(1).max(16),
      salt: hex(),
    }),
    mac: hex(32),
  }),
})

export type KeyFile = z.output<typeof keyFileSchema>
export type KdfParams = KeyFile['crypto']['kdfparams']
