import {
  Envelope,
  getChainTime,
  getNodeInfo,
  InputPayload,
  JobParams,
  JobSpec,
  putBlock,
  type Quote,
  refToCid,
  requestQuote,
  signReceiveAuthorization,
  submitInference,
  TensorSet,
  type Writer,
} from '@dim/sdk'
import { bytesToHex, type Hex, hexToBigInt, zeroHash } from 'viem'

export type RawJobOptions = {
  endpoint: string
  modelKey: Hex
  inputs: TensorSet.TensorSet
  /** Changes of what an honest client would do. */
  terms?: (params: JobParams.JobParams) => JobParams.JobParams
  spec?: (spec: JobSpec.JobSpec) => JobSpec.JobSpec
  recipientKey?: Uint8Array
  wrap?: (envelope: Envelope.Envelope) => Envelope.Envelope
  inputCommit?: Hex
  push?: boolean
}

export type RawJob = Awaited<ReturnType<typeof prepareRawJob>>

const random = (length: number) => bytesToHex(crypto.getRandomValues(new Uint8Array(length)))

async function seal(client: Writer, options: RawJobOptions) {
  const { endpoint, modelKey, inputs, spec = (value) => value } = options
  const { record } = await getNodeInfo(endpoint)
  const { publicKey: replyKey } = await Envelope.keyPair()
  const salt = random(32)
  const payload = InputPayload.encode({
    tensors: TensorSet.encode(inputs),
    salt,
    jobSpec: JobSpec.canonical(spec(JobSpec.forModel(modelKey as `0x${string}`))),
    replyKey,
  })
  const recipientKey = options.recipientKey ?? Envelope.fromHex(record.hpkeKey)
  const { wrap = (value) => value } = options
  const envelope = wrap(await Envelope.seal({ payload, recipientKey }))
  const blocks = [envelope.root, ...envelope.chunks]
  const inputBytes = blocks.reduce((sum, block) => sum + block.length, 0)
  const about = { client: client.account.address, modelKey, inputBytes }
  const { quote } = await requestQuote(endpoint, about)
  const inputCommit = TensorSet.inputCommit({ digest: TensorSet.digest(inputs), salt })
  return { record, envelope, blocks, quote, inputCommit: options.inputCommit ?? inputCommit }
}

const toParams = (
  quote: Quote.Quote,
  now: number,
): Omit<JobParams.JobParams, 'inputCommit' | 'inputRef'> => ({
  client: quote.client,
  provider: quote.provider,
  modelKey: quote.modelKey,
  price: quote.price,
  floor: quote.floor,
  submitBy: now + quote.secondsToSubmit,
  challengeWindow: quote.challengeWindow,
  feeBps: quote.feeBps,
  royaltyBps: quote.royaltyBps,
  verifyMode: 0,
  groupId: zeroHash,
  nonce: hexToBigInt(random(12)),
})

/** A job step by step, for clients that do what `runJob` never would. Nothing is signed before `submit`. */
export async function prepareRawJob(client: Writer, options: RawJobOptions) {
  const { endpoint, terms = (value) => value, push = true } = options
  const { record, envelope, blocks, quote, inputCommit } = await seal(client, options)
  for (const [index, bytes] of push ? blocks.entries() : []) {
    const ref = index === 0 ? envelope.ref : Envelope.chunkRefs(envelope.root)[index - 1]
    await putBlock(endpoint, { cid: refToCid(ref as Hex), bytes, quoteNonce: quote.nonce })
  }
  const honest = toParams(quote, await getChainTime(client))
  const params = terms({
    ...honest,
    inputCommit: inputCommit as `0x${string}`,
    inputRef: envelope.ref as `0x${string}`,
  })
  const jobId = JobParams.jobId(client.dim, params)
  const sign = () =>
    signReceiveAuthorization(client, {
      to: client.dim.jobEscrow,
      amountUsdc: params.price,
      validBefore: BigInt(quote.expiresAt),
      nonce: jobId,
    })
  return {
    jobId,
    params,
    /** What the provider said about its keys when the input was sealed. */
    record,
    quote,
    envelope,
    sign,
    async submit(quoteNonce: Hex = quote.nonce) {
      const authorization = await sign()
      return submitInference(endpoint, { quoteNonce, params, accessProof: '0x', authorization })
    },
  }
}
