import {
  declineJob,
  Envelope,
  getChainTime,
  InputPayload,
  type JobParams,
  Receipt,
  ResultPayload,
  refToCid,
  submitResult,
  TensorSet,
} from '@dim/sdk'
import { bytesToHex, type Hex, sha256 } from 'viem'
import { double } from '../doubler.ts'
import { Problem, type ProviderState } from './state.ts'

type OpenJob = { jobId: Hex; params: JobParams.JobParams }

/** Does a job that is open, or does not, as the script says. */
export async function work(state: ProviderState, job: OpenJob): Promise<void> {
  const { script, writer } = state
  const { params } = job
  if (script.work === 'silent') return
  if (script.work === 'decline') {
    await declineJob(writer, { params })
    return
  }
  const { input, isSealed } = await openInput(state, params.inputRef)
  const outputs = double(TensorSet.decode(input.tensors))
  const result = await makeResult(state, { ...job, outputs: script.outputs?.(outputs) ?? outputs })
  const recipientKey = script.replyKey ?? input.replyKey
  const { payload, resultCommit, chargedUsdc } = result
  const sealed = isSealed ? await Envelope.seal({ payload, recipientKey }) : Envelope.plain(payload)
  for (const block of [sealed.root, ...sealed.chunks]) state.blocks.set(refToCid(sha256(block)), block)
  await submitResult(writer, { params, resultCommit, resultRef: sealed.ref, chargedUsdc })
}

async function openInput({ blocks, hpke: { privateKey } }: ProviderState, ref: Hex) {
  const getChunk = async (chunk: Hex): Promise<Uint8Array> => {
    const block = blocks.get(refToCid(chunk))
    if (block === undefined) throw new Problem(422, 'INPUT_INCOMPLETE')
    return block
  }
  const root = await getChunk(ref)
  const { isSealed } = Envelope.describe(root)
  const source = { root, getChunk, ref }
  const payload = await (isSealed ? Envelope.open({ ...source, privateKey }) : Envelope.openPlain(source))
  return { input: InputPayload.decode(payload), isSealed }
}

async function makeResult(state: ProviderState, job: OpenJob & { outputs: TensorSet.TensorSet }) {
  const { chain, script, serviceAccount } = state
  const { jobId, params, outputs } = job
  const { provider, client, modelKey, inputCommit } = params
  const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
  const resultCommit = TensorSet.resultCommit({ provider, jobId, digest: TensorSet.digest(outputs), salt })
  const timingsMs = { queue: 0, load: 1, run: 2 }
  const details = { runtime: 'scripted', executionProvider: 'cpu', sandbox: 'none', timingsMs }
  const chargedUsdc = script.chargedUsdc ?? params.price
  const servedAt = await getChainTime(chain.reader)
  const about = { provider, client, jobId, modelKey, inputCommit, resultCommit, details }
  const honest = Receipt.forJob({ ...about, charged: chargedUsdc, servedAt })
  const receipt = script.receipt?.(honest) ?? honest
  const signature = await Receipt.sign(chain.deployment, receipt, script.receiptSigner ?? serviceAccount)
  const tensors = TensorSet.encode(script.swapOutputs?.(outputs) ?? outputs)
  const payload = ResultPayload.encode({ tensors, salt, receipt, signature, details })
  return { payload, resultCommit, chargedUsdc }
}
