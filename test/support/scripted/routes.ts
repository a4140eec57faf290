import {
  acceptJobSigned,
  createJobWithAuthorization,
  getChainTime,
  getFeeBps,
  getModelTerms,
  JobParams,
  ModelManifest,
  NodeInfo,
  Quote,
  refToCid,
  waitForTransaction,
} from '@dim/sdk'
import { type Address, bytesToHex, type Hex, sha256 } from 'viem'
import { Problem, type ProviderState } from './state.ts'
import { work } from './work.ts'

/** One request, taken apart. */
export type Call = { name: string; last: string; quoteNonce: Hex; bytes: Uint8Array; json: () => never }

/** Answers a call of the protocol, by the rules or by the script. */
export async function answer(state: ProviderState, call: Call): Promise<unknown> {
  switch (call.name) {
    case 'GET /api/info':
      return info(state)
    case 'POST /api/quotes':
      return quote(state, call.json())
    case 'PUT /api/blocks/…':
      return store(state, call)
    case 'POST /api/inference/submit':
      return submit(state, call.json())
    case 'POST /api/accept':
      return accept(state, call.json())
    case 'GET /ipfs/…':
      return block(state, call)
    default:
      throw new Problem(404, 'ROUTE_UNKNOWN')
  }
}

function info({
  chain,
  account,
  serviceAccount,
  announced,
  endpoint,
  modelKey,
  manifest,
  script,
}: ProviderState) {
  if (announced === undefined) throw new Problem(503, 'NOT_READY')
  const { usdc, modelRegistry, providerRegistry, jobEscrow, chainId } = chain.deployment
  const model = { modelKey, cid: ModelManifest.cid(manifest), askUsdc: script.askUsdc ?? 1_000n }
  const limits = { maxInputBytes: 2 ** 26, maxOutputBytes: 2 ** 26, maxBlockBytes: 2 ** 21 }
  return NodeInfo.toJson({
    address: account.address,
    serviceKey: serviceAccount.address,
    ...announced,
    endpoint,
    models: [{ ...model, state: 'warm', executionProvider: 'cpu' }],
    limits: { ...limits, maxConcurrentJobs: 1, quoteTtlSeconds: 60 },
    version: '0.0.0',
    chainId,
    contracts: { usdc, modelRegistry, providerRegistry, jobEscrow },
  } as NodeInfo.NodeInfo)
}

async function quote(state: ProviderState, body: { client: Address; modelKey: Hex; inputBytes: number }) {
  const { chain, account, script, serviceAccount, quotes } = state
  const { client, modelKey, inputBytes } = body
  const { floorUsdc, royaltyBps } = await getModelTerms(chain.reader, { modelKey })
  const honest = {
    provider: account.address,
    client,
    modelKey,
    price: floorUsdc + (script.askUsdc ?? 1_000n),
    floor: floorUsdc,
    feeBps: await getFeeBps(chain.reader),
    royaltyBps,
    challengeWindow: script.challengeWindow ?? 60,
    secondsToSubmit: script.secondsToSubmit ?? 120,
    maxInputBytes: inputBytes,
    expiresAt: (await getChainTime(chain.reader)) + 60,
    nonce: bytesToHex(crypto.getRandomValues(new Uint8Array(32))),
  } as Quote.Quote
  const offered = script.quote?.(honest) ?? honest
  quotes.set(offered.nonce, offered)
  const signature = await Quote.sign(chain.deployment, offered, script.quoteSigner ?? serviceAccount)
  return { quote: Quote.toJson(offered), signature }
}

function store({ quotes, blocks }: ProviderState, { last: cid, bytes, quoteNonce }: Call) {
  if (!quotes.has(quoteNonce)) throw new Problem(404, 'QUOTE_UNKNOWN')
  if (refToCid(sha256(bytes)) !== cid) throw new Problem(422, 'BLOCK_HASH_MISMATCH')
  blocks.set(cid, bytes)
  return { cid, bytes: bytes.length }
}

type SubmitBody = {
  params: unknown
  accessProof: Hex
  authorization: Record<'validBefore' | 'signature', string>
}

async function submit(state: ProviderState, { params: json, accessProof, authorization }: SubmitBody) {
  const { script, chain, blocks, writer, failures } = state
  if (script.relay === 'refuse') throw new Problem(409, 'TERMS_MISMATCH')
  if (script.relay === 'break') throw new Problem(503, 'CHAIN_UNREACHABLE')
  const params = JobParams.parse(json)
  const jobId = JobParams.jobId(chain.deployment, params)
  if (!blocks.has(refToCid(params.inputRef))) throw new Problem(422, 'INPUT_INCOMPLETE')
  if (script.relay === 'silent') return { jobId, status: 'open' }
  const validBefore = BigInt(authorization.validBefore)
  const signature = authorization.signature as Hex
  const hash = await createJobWithAuthorization(writer, { params, accessProof, validBefore, signature })
  await waitForTransaction(writer, { hash })
  void work(state, { jobId, params }).catch((error) => failures.push(error))
  return { jobId, transactionHash: hash, status: 'open' }
}

type AcceptBody = { params: unknown; resultCommit: Hex; resultRef: Hex; signature: Hex }

async function accept({ script, chain, writer }: ProviderState, body: AcceptBody) {
  if (script.acceptance === 'break') throw new Problem(503, 'CHAIN_UNREACHABLE')
  const params = JobParams.parse(body.params)
  const transactionHash = await acceptJobSigned(writer, { ...body, params })
  return { jobId: JobParams.jobId(chain.deployment, params), transactionHash, status: 'paid' }
}

function block({ blocks, manifest, script }: ProviderState, { last: cid }: Call): Uint8Array {
  const bytes = blocks.get(cid)
  if (bytes === undefined) throw new Problem(404, 'BLOCK_NOT_FOUND')
  return cid === ModelManifest.cid(manifest) ? bytes : (script.tamper?.(bytes) ?? bytes)
}
