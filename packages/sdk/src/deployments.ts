import * as z from 'zod'
import { parseMessage, toJson } from './messages/codec.ts'
import { address, hex32, uint } from './messages/fields.ts'

/** A deployment as JSON (`deployment.json`, `GET /api/network`): the block number is a decimal string there. */
export const deploymentSchema = z.object({
  chainId: z.int().positive(),
  genesisHash: hex32,
  deployedAtBlock: uint(64),
  usdc: address,
  modelRegistry: address,
  providerRegistry: address,
  jobEscrow: address,
  paymentChannels: address.optional(),
  receiptAnchor: address.optional(),
  equivocationModule: address.optional(),
})

/** Addresses of one set of contracts, and the chain on which they are. */
export type Deployment = Readonly<z.output<typeof deploymentSchema>>

/** Public deployments by chain id. Amoy (80002) and Polygon (137) have none yet; a devnet writes a record of its own. */
export const deployments: Readonly<Partial<Record<number, Deployment>>> = {}

/**
 * Reads a deployment from JSON that somebody else wrote.
 *
 * @param input A parsed JSON value: `{ chainId, genesisHash, deployedAtBlock: "12", usdc, modelRegistry, providerRegistry, jobEscrow, … }`; a deployment
 *   that was made before there were channels lacks `paymentChannels`, `receiptAnchor` and `equivocationModule`.
 * @returns The deployment with checksummed addresses and a `bigint` block number.
 * @throws `DEPLOYMENT_INVALID` naming the field and the rule.
 * @example
 * const deployment = parseDeployment(JSON.parse(await readFile('.devnet/deployment.json', 'utf8')))
 */
export function parseDeployment(input: unknown): Deployment {
  return parseMessage('Deployment', deploymentSchema, input)
}

/**
 * Writes a deployment as a JSON value: the inverse of `parseDeployment`.
 *
 * @returns Strings and numbers only; `deployedAtBlock` is a decimal string.
 * @throws `DEPLOYMENT_INVALID` for a value out of range.
 * @example
 * await writeFile('.devnet/deployment.json', JSON.stringify(formatDeployment(deployment)))
 */
export function formatDeployment(deployment: Deployment): z.input<typeof deploymentSchema> {
  return toJson('Deployment', deploymentSchema, deployment)
}
