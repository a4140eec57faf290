import type { AddCommand } from '../command.ts'
import { usdcNumber } from '../formatUsdc.ts'
import { openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { formatTable } from '../table.ts'
import { type CatalogueEntry, knownEndpoints, readCatalogue } from './catalogue.ts'
import { readOffers } from './offers.ts'

export const addModelList: AddCommand = (parent, run) => {
  parent
    .command('list')
    .alias('ls')
    .description('registered models, newest version of each family')
    .option('--all', 'old versions and deprecated models as well')
    .action(
      run<{ all?: boolean }>(async (context, { all }) => {
        const network = await resolveNetwork(context)
        const chain = await openChain(network)
        const [catalogue, offers] = await Promise.all([
          readCatalogue(chain, network),
          readOffers(await knownEndpoints(chain, network)),
        ])
        const shown = catalogue.filter(
          (entry) => all === true || (entry.modelKey === entry.latest && entry.status === 'active'),
        )
        const rows = shown.map((entry) => ({ entry, offers: offers.get(entry.modelKey) ?? [] }))
        context.out.result(
          { models: rows.map(({ entry, offers: of }) => ({ ...toRow(entry), providers: of.length })) },
          () =>
            rows.length === 0
              ? 'No models yet. Publish one: dim model deploy --model m.onnx --name "Classifier" --access-policy public'
              : formatTable(rows, [
                  { title: 'name', cell: ({ entry }) => entry.manifest?.name ?? '-' },
                  { title: 'version', cell: ({ entry }) => entry.manifest?.version ?? '-' },
                  { title: 'task', cell: ({ entry }) => entry.manifest?.task ?? '-' },
                  {
                    title: 'from USDC',
                    align: 'right',
                    cell: ({ entry, offers: of }) => fromPrice(entry, of),
                  },
                  { title: 'providers', align: 'right', cell: ({ offers: of }) => String(of.length) },
                  { title: 'status', cell: ({ entry }) => entry.status },
                  { title: 'key', cell: ({ entry }) => entry.modelKey },
                ]),
        )
      }),
    )
}

const fromPrice = ({ floorUsdc }: CatalogueEntry, offers: readonly { askUsdc: bigint }[]) => {
  const asks = offers.map(({ askUsdc }) => askUsdc)
  return asks.length === 0
    ? '-'
    : usdcNumber(floorUsdc + asks.reduce((least, ask) => (ask < least ? ask : least)))
}

const toRow = ({
  manifest,
  modelKey,
  cid,
  family,
  owner,
  status,
  floorUsdc,
  royaltyBps,
  policy,
}: CatalogueEntry) => ({
  name: manifest?.name ?? null,
  version: manifest?.version ?? null,
  task: manifest?.task ?? null,
  modelKey,
  cid,
  family,
  owner,
  status,
  floorUsdc,
  royaltyBps,
  accessPolicy: policy,
})
