import { bytesToHex, type Hex, hexToBigInt, zeroHash } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { assertDeployment } from '../actions/assertDeployment.ts'
import { getChainTime } from '../actions/getChainTime.ts'
import { getUsdcBalance } from '../actions/getUsdcBalance.ts'
import type { ModelTerms } from '../actions/modelTerms.ts'
import type { Writer } from '../client.ts'
import { InputTooLargeError } from '../errors/inputTooLarge.ts'
import { InsufficientFundsError } from '../errors/insufficientFunds.ts'
import { InvalidMessageError } from '../errors/invalidMessage.ts'
import * as JobParams from '../messages/jobParams.ts'
import * as ModelManifest from '../messages/modelManifest.ts'
import * as TensorSet from '../messages/tensorSet.ts'
import { assertModelUsable, assertPublisher } from './assertModelUsable.ts'
import { chooseOffer, type Offer, refusalOf } from './chooseOffer.ts'
import type { ClientJob } from './clientJob.ts'
import { findProviders } from './findProviders.ts'
import type { JobContext } from './jobContext.ts'
import { loadManifest } from './loadManifest.ts'
import { pushBlocks } from './pushBlocks.ts'
import type { RunJobParameters } from './runJobParameters.ts'
import { type PreparedInput, prepareInput } from './sealInput.ts'
import { assertTensorsFit } from './tensorsFit.ts'

const MAX_SECONDS_TO_SUBMIT = 3_600

/** Everything before the signature: provider, quote, funds, pushed input, stored key. Nothing of it costs anything. */
export async function prepareJob(context: JobContext, parameters: RunJobParameters): Promise<ClientJob> {
  const { client, signal } = context
  await assertDeployment(client)
  const { manifest, terms, input, offer } = await findOffer(context, parameters)
  const { candidate, quote, sealed, refusals } = offer
  context.report('chosen', { provider: candidate.provider, endpoint: candidate.endpoint, refused: refusals })
  context.report('quoted', { priceUsdc: quote.price, expiresAt: quote.expiresAt })
  await assertFunds(client, quote.price)
  await pushBlocks(candidate.endpoint, { blocks: sealed.blocks, quoteNonce: quote.nonce, signal })
  context.report('pushed', { blocks: sealed.blocks.length, bytes: sealed.bytes })
  const { accessProof = '0x' } = parameters
  const { cabinet } = parameters
  const job = await toClientJob(context, { manifest, terms, input, offer, accessProof, cabinet })
  await context.options.store.put(job)
  context.report('stored', { jobId: job.jobId })
  return job
}

async function findOffer(context: JobContext, parameters: RunJobParameters) {
  const { client, signal, options } = context
  const { maxPriceUsdc, provider, inputs, cabinet, accessProof = '0x', privacy } = parameters
  const modelKey = keyOf(parameters)
  const terms = await assertModelUsable(client, { modelKey, user: client.account.address, accessProof })
  const { candidates, refusals } = await findProviders(context, {
    modelKey,
    floorUsdc: terms.floorUsdc,
    maxPriceUsdc,
    provider,
  })
  if (candidates.length === 0) throw refusalOf({ provider, modelKey, maxPriceUsdc }, refusals)
  const endpoints = [...candidates, ...refusals].map(({ endpoint }) => endpoint)
  const manifest =
    parameters.manifest ??
    (await loadManifest(modelKey, { endpoints: [...(options.endpoints ?? []), ...endpoints], signal }))
  await assertPublisher(client, { modelKey, manifest })
  assertInputs(manifest, parameters)
  const input = await prepareInput(inputs, { modelKey, cabinet, isPublic: privacy === 'public' })
  const { maxSecondsToSubmit = MAX_SECONDS_TO_SUBMIT } = parameters
  const asked = { candidates, refusals, provider, modelKey, terms, maxPriceUsdc, maxSecondsToSubmit, input }
  return { manifest, terms, input, offer: await chooseOffer(context, asked) }
}

/** A key and a manifest that do not belong together would check the outputs by the rules of another model. */
function keyOf(parameters: RunJobParameters): Hex {
  if (parameters.modelKey === undefined) return ModelManifest.key(parameters.manifest)
  const { modelKey, manifest } = parameters
  if (manifest === undefined || ModelManifest.key(manifest) === modelKey) return modelKey
  throw new InvalidMessageError('ModelManifest', { path: '', rule: `bytes with the SHA-256 ${modelKey}` })
}

function assertInputs(
  manifest: ModelManifest.ModelManifest,
  { inputs, cabinet }: Pick<RunJobParameters, 'inputs' | 'cabinet'>,
): void {
  const ports = cabinet === undefined ? manifest.inputs : []
  assertTensorsFit({ side: 'input', ports, tensors: inputs })
  const bytes = TensorSet.encode(inputs).length
  const maxBytes = manifest.maxima.inputBytes
  if (bytes > maxBytes) throw new InputTooLargeError({ bytes, maxBytes })
}

async function assertFunds(client: Writer, requiredUsdc: bigint): Promise<void> {
  const account = client.account.address
  const availableUsdc = await getUsdcBalance(client, { account })
  if (availableUsdc < requiredUsdc) throw new InsufficientFundsError({ account, requiredUsdc, availableUsdc })
}

type Prepared = {
  manifest: ModelManifest.ModelManifest
  terms: ModelTerms
  input: PreparedInput
  offer: Offer
  accessProof: Hex
  cabinet: RunJobParameters['cabinet']
}

async function toClientJob({ client, options }: JobContext, prepared: Prepared): Promise<ClientJob> {
  const { manifest, input, offer, accessProof, cabinet } = prepared
  const { candidate, quote, quoteSignature, sealed } = offer
  const { genesisHash, jobEscrow } = client.dim
  const [chainTime, fromBlock] = await Promise.all([
    getChainTime(client),
    getBlockNumber(client, { cacheTime: 0 }),
  ])
  const params = toParams(prepared, chainTime + quote.secondsToSubmit)
  return {
    jobId: JobParams.jobId(client.dim, params),
    stage: 'prepared',
    genesisHash,
    jobEscrow,
    params,
    accessProof: accessProof.toLowerCase() as Hex,
    quote,
    quoteSignature,
    provider: { record: candidate.record, endpoint: candidate.endpoint },
    manifest,
    ...(cabinet === undefined ? {} : { cabinet }),
    isPublic: input.isPublic,
    salt: input.salt,
    replyPrivateKey: input.replyPrivateKey,
    inputBlocks: [...sealed.blocks],
    fromBlock,
    createdAtMs: (options.now ?? Date.now)(),
  }
}

function toParams({ terms, input, offer }: Prepared, submitBy: number): JobParams.JobParams {
  const { quote, sealed } = offer
  return {
    client: quote.client,
    provider: quote.provider,
    modelKey: quote.modelKey,
    inputCommit: input.inputCommit,
    inputRef: sealed.inputRef,
    price: quote.price,
    floor: terms.floorUsdc,
    submitBy,
    challengeWindow: quote.challengeWindow,
    feeBps: quote.feeBps,
    royaltyBps: terms.royaltyBps,
    verifyMode: 0,
    groupId: zeroHash,
    nonce: hexToBigInt(bytesToHex(crypto.getRandomValues(new Uint8Array(12)))),
  }
}
