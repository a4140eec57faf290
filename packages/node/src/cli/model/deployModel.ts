import { resolve } from 'node:path'
import { registerModel } from '@dim/sdk'
import type { PublishedModel } from '../../models/publish.ts'
import { validateModel } from '../../models/validate.ts'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatFields } from '../fields.ts'
import { formatUsdc } from '../formatUsdc.ts'
import type { SentTransaction } from '../network/openWriter.ts'
import { transactionLines, transactionRows } from '../transactionLines.ts'
import { openSession, type Session } from '../wallet/openSession.ts'
import { awaitOffer } from './awaitOffer.ts'
import { readCard } from './card.ts'
import { type CatalogueEntry, knownEndpoints, readCatalogue } from './catalogue.ts'
import { type DeployOptions, readTerms, type SaleTerms } from './deployOptions.ts'
import { findFamily } from './findFamily.ts'
import { packModel } from './packModel.ts'
import { uploadEverywhere } from './uploadEverywhere.ts'
import { withWorkshop } from './workshop.ts'

/** Checks the file, packs and uploads it, registers it, and waits until somebody serves it. */
export async function deployModel(
  context: Context,
  options: DeployOptions,
  file: string | undefined,
): Promise<void> {
  const { io, out } = context
  if (file === undefined)
    throw new UsageError('Which file? dim model deploy --model m.onnx --name "Classifier"')
  const onnxPath = resolve(io.cwd, file)
  await validateModel(onnxPath)
  const card = options.card === undefined ? {} : await readCard(resolve(io.cwd, options.card))
  const terms = await readTerms(options, io.cwd)
  const session = await openSession(context, { dryRun: options.dryRun === true })
  const catalogue = await readCatalogue(session.chain, session.network)
  await withWorkshop(io.signal, async (workshop) => {
    const family = await findFamily(catalogue, {
      owner: session.account.address,
      onnxPath,
      name: options.name ?? card.name,
      family: options.family,
    })
    const step = out.progress('making the manifest and its golden vectors')
    const published = await packModel(workshop, {
      onnxPath,
      card,
      options,
      family,
      publisher: session.account.address,
      signal: io.signal,
    })
    step.done()
    const known = catalogue.find(({ modelKey }) => modelKey === published.modelKey)
    if (known === undefined) await confirm(context, question(published, terms), { ...options, final: false })
    const endpoints =
      options.provider === undefined
        ? await knownEndpoints(session.chain, session.network)
        : [options.provider]
    if (!session.dryRun) await uploadEverywhere(context, endpoints, { content: workshop.content, published })
    const sent =
      known === undefined ? [await register(session, { published, terms, family: family?.family })] : []
    const offers =
      session.dryRun || !options.wait ? [] : await awaitOffer(context, endpoints, published.modelKey)
    report(context, { session, published, terms, sent, offers, known })
  })
}

const question = ({ manifest }: PublishedModel, { floorUsdc, royaltyBps, policy }: SaleTerms) =>
  `Publish ${manifest.name} ${manifest.version} (${policy}, at least ${formatUsdc(floorUsdc)} a run, royalty ${royaltyBps / 100} %)?`

type Registration = {
  published: PublishedModel
  terms: SaleTerms
  family: CatalogueEntry['family'] | undefined
}

function register(session: Session, { published, terms, family }: Registration): Promise<SentTransaction> {
  const { modelKey } = published
  return session.transact('register', (writer) =>
    registerModel(writer, { modelKey, ...terms, ...(family === undefined ? {} : { family }) }),
  )
}

type Report = {
  session: Session
  published: PublishedModel
  terms: SaleTerms
  sent: readonly SentTransaction[]
  offers: readonly string[]
  known: CatalogueEntry | undefined
}

function report({ out }: Context, { session, published, terms, sent, offers, known }: Report): void {
  const { manifest, modelKey, cids } = published
  const [cid = ''] = cids
  const value = {
    modelKey,
    cid,
    name: manifest.name,
    version: manifest.version,
    family: known?.family ?? null,
    owner: session.account.address,
    floorUsdc: terms.floorUsdc,
    royaltyBps: terms.royaltyBps,
    accessPolicy: terms.policy,
    alreadyRegistered: known !== undefined,
    dryRun: session.dryRun,
    servedBy: offers,
    transactions: transactionRows(sent),
  }
  out.result(value, () =>
    [
      formatFields({
        model: `${manifest.name} ${manifest.version}${session.dryRun ? ' (dry run: nothing was sent)' : known === undefined ? '' : ' (was registered already)'}`,
        key: modelKey,
        cid,
        terms: `${terms.policy}, at least ${formatUsdc(terms.floorUsdc)} a run, royalty ${terms.royaltyBps / 100} %`,
        'served by': session.dryRun ? undefined : offers.join('\n') || 'nobody yet',
      }),
      transactionLines(sent),
      session.dryRun
        ? ''
        : `try: dim run ${/\s/.test(manifest.name) ? JSON.stringify(manifest.name) : manifest.name} input.json`,
    ]
      .filter((line) => line !== '')
      .join('\n'),
  )
}
