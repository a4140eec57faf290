import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createAllowlist } from '@dim/sdk'
import { type Hex, zeroHash } from 'viem'
import { UsageError } from '../errors/usageError.ts'
import { parseUsdc } from '../parseUsdc.ts'
import type { WriteOptions } from '../writeOptions.ts'

export type DeployOptions = WriteOptions & {
  model?: string
  name?: string
  modelVersion?: string
  accessPolicy: string
  allow?: string
  price: string
  royalty: string
  description?: string
  task?: string
  licence?: string
  card?: string
  family?: string
  provider?: string
  wait: boolean
}

export type SaleTerms = {
  floorUsdc: bigint
  royaltyBps: number
  policy: 'public' | 'allowlist'
  accessRoot: Hex
}

/** The terms of sale as the registry takes them. */
export async function readTerms(
  { price, royalty, accessPolicy, allow }: DeployOptions,
  cwd: string,
): Promise<SaleTerms> {
  const terms = { floorUsdc: parseUsdc(price), royaltyBps: parsePercent(royalty) }
  if (accessPolicy === 'public') {
    if (allow !== undefined) throw new UsageError('--allow goes with --access-policy allowlist.')
    return { ...terms, policy: 'public', accessRoot: zeroHash }
  }
  if (accessPolicy !== 'allowlist')
    throw new UsageError(`"${accessPolicy}" is no access policy: public or allowlist.`)
  if (allow === undefined) throw new UsageError('An allowlist needs --allow FILE, one address a line.')
  const lines = (await readFile(resolve(cwd, allow), 'utf8')).split(/\s+/).filter((line) => line !== '')
  return { ...terms, policy: 'allowlist', accessRoot: createAllowlist(lines).root }
}

function parsePercent(text: string): number {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?\s?%$/.exec(text.trim())
  if (match === null) throw new UsageError(`"${text}" is no royalty: write for instance "10%".`)
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
