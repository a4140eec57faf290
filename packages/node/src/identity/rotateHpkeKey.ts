import { generateHpkeKey } from './generateHpkeKey.ts'
import { hpkeKeyFile } from './hpkeKeyFile.ts'
import type { HpkeKey } from './identity.ts'
import { identityPaths } from './identityPaths.ts'
import { keyCipher } from './keyCipher.ts'

export type RotateHpkeKeyOptions = {
  dir: string
  password: string
  /** Chain time, seconds: keys whose time is over are deleted. */
  now: number
  /** Until when the present key still opens what was sealed to it: thaw and 30 days from `now`. */
  retireAfter: number
  scryptN?: number | undefined
}

/** Makes a new encryption key current and keeps the old one for as long as sealed inputs may still come. */
export async function rotateHpkeKey(options: RotateHpkeKeyOptions): Promise<HpkeKey> {
  const file = hpkeKeyFile(identityPaths(options.dir).hpke, keyCipher(options))
  const keys = await file.read()
  const kept = keys
    .map((key) => ({ ...key, retireAfter: key.retireAfter ?? options.retireAfter }))
    .filter(({ retireAfter }) => retireAfter > options.now)
  const fresh = generateHpkeKey()
  await file.write([fresh, ...kept], { replace: true })
  return fresh
}
