import type { Address, Hash, Hex } from 'viem'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import type { Reader } from '../client.ts'
import { iterateEvents } from './iterateEvents.ts'
import { type RegisteredModel, toModelTerms } from './modelTerms.ts'

/** A version of a model as the events tell it. */
export type ListedModel = RegisteredModel & {
  /** Newest version of its family: equal to `modelKey` when it is up to date. */
  latest: Hex
  /** Who registered it: other than the manifest's `publisher`, the key was taken by a stranger. */
  registrant: Address
  registeredIn: Hash
}

export type ListModelsParameters = {
  /** First block to read, the deployment's by default. */
  fromBlock?: bigint
  toBlock?: bigint
}
export type ListModelsReturnType = ListedModel[]

const eventNames = ['ModelRegistered', 'ModelUpdated', 'ModelDeprecated', 'ModelOwnerTransferred'] as const

/**
 * Lists all models by replaying the registry's events in pages of blocks; no call per model is needed.
 *
 * @returns Every version in the order of registration, deprecated ones included, with its state at `toBlock`.
 * @example
 * const models = await listModels(reader)
 * const active = models.filter(({ status, latest, modelKey }) => status === 'active' && latest === modelKey)
 */
export async function listModels(
  client: Reader,
  { fromBlock = client.dim.deployedAtBlock, toBlock }: ListModelsParameters = {},
): Promise<ListModelsReturnType> {
  const models = new Map<Hex, Omit<ListedModel, 'latest'>>()
  const latest = new Map<Hex, Hex>()
  const address = client.dim.modelRegistry
  const attempted = 'Listing the models'
  const query = { address, abi: modelRegistryAbi, eventNames, fromBlock, toBlock, attempted }
  for await (const event of iterateEvents(client, query)) {
    const { modelKey } = event.args
    if (event.eventName === 'ModelRegistered') {
      const { family, owner, terms, accessRoot } = event.args
      const registration = { registrant: owner, registeredIn: event.transactionHash }
      models.set(modelKey, { ...toModelTerms(terms), modelKey, family, accessRoot, ...registration })
      latest.set(family, modelKey)
      continue
    }
    const model = models.get(modelKey)
    if (model !== undefined) models.set(modelKey, { ...model, ...changeOf(event) })
  }
  return [...models.values()].map((model) => ({
    ...model,
    latest: latest.get(model.family) ?? model.modelKey,
  }))
}

type EventOf<names extends string> =
  ReturnType<
    typeof iterateEvents<typeof modelRegistryAbi, (typeof eventNames)[number]>
  > extends AsyncGenerator<infer event>
    ? Extract<event, { eventName: names }>
    : never

function changeOf(
  event: EventOf<'ModelUpdated' | 'ModelDeprecated' | 'ModelOwnerTransferred'>,
): Partial<RegisteredModel> {
  if (event.eventName === 'ModelUpdated') {
    return { ...toModelTerms(event.args.terms), accessRoot: event.args.accessRoot }
  }
  return event.eventName === 'ModelDeprecated' ? { status: 'deprecated' } : { owner: event.args.owner }
}
