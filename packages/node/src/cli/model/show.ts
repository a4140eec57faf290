import type { ModelManifest } from '@dim/sdk'
import type { AddCommand } from '../command.ts'
import { formatFields } from '../fields.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { type CatalogueEntry, knownEndpoints, readCatalogue } from './catalogue.ts'
import { modelArgument } from './modelArgument.ts'
import { type Offer, readOffers } from './offers.ts'
import { selectModel } from './selectModel.ts'

export const addModelShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .alias('info')
    .description('one model: interface, price, licence, who serves it')
    .argument('[model]', 'name, name@version, key or CID')
    .option('--model-id <id>', 'the same as an option')
    .action(
      run<{ modelId?: string }>(async (context, { modelId }, [given]) => {
        const name = modelArgument(given, modelId)
        const network = await resolveNetwork(context)
        const chain = await openChain(network)
        const [catalogue, offers] = await Promise.all([
          readCatalogue(chain, network),
          readOffers(await knownEndpoints(chain, network)),
        ])
        const entry = selectModel(catalogue, name)
        const served = offers.get(entry.modelKey) ?? []
        context.out.result(toJsonValue(entry, served), () => describe(entry, served))
      }),
    )
}

const toJsonValue = (
  { manifest, floorUsdc, registeredIn, ...terms }: CatalogueEntry,
  offers: readonly Offer[],
) => ({
  ...terms,
  floorUsdc,
  registeredIn,
  manifest: manifest ?? null,
  offers: offers.map(({ askUsdc, ...offer }) => ({ ...offer, askUsdc, priceUsdc: floorUsdc + askUsdc })),
})

function describe({ manifest, ...entry }: CatalogueEntry, offers: readonly Offer[]): string {
  return formatFields({
    name: manifest?.name ?? '- (no known node has the manifest)',
    version: manifest?.version,
    task: manifest?.task,
    about: manifest?.description || undefined,
    key: entry.modelKey,
    cid: entry.cid,
    family: entry.family,
    newest: entry.latest === entry.modelKey ? 'this one' : entry.latest,
    owner: entry.owner,
    status: entry.status,
    access: entry.policy,
    floor: formatUsdc(entry.floorUsdc),
    royalty: `${entry.royaltyBps / 100} %`,
    licence: manifest?.licence,
    size:
      manifest &&
      `${(manifest.files.reduce((sum, file) => sum + file.bytes, 0) / 1e6).toFixed(1)} MB in ${manifest.files.length} files`,
    opset: manifest && `${manifest.opset}, ${manifest.operators.length} operators`,
    inputs: manifest && ports(manifest.inputs),
    outputs: manifest && ports(manifest.outputs),
    takes:
      manifest && (manifest.preprocessing.map(({ kind }) => kind).join(', ') || 'tensors (JSON or .npy)'),
    gives: manifest && (manifest.postprocessing.map(({ kind }) => kind).join(', ') || 'tensors'),
    tolerance:
      manifest &&
      `${manifest.tolerance.mode}, absolute ${manifest.tolerance.absolute}, relative ${manifest.tolerance.relative}`,
    providers:
      offers.length === 0
        ? 'none serves it now'
        : offers.map((offer) => offerLine(entry.floorUsdc, offer)).join('\n'),
  })
}

const offerLine = (floorUsdc: bigint, { provider, endpoint, askUsdc, state }: Offer) =>
  `${provider}  ${formatUsdc(floorUsdc + askUsdc)}  ${state}  ${endpoint}`

const ports = (list: readonly ModelManifest.Port[]) =>
  list.map(({ name, dtype, dims }) => `${name}  ${dtype}[${dims.join(', ')}]`).join('\n')
