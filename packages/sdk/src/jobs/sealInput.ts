import { bytesToHex, type Hex } from 'viem'
import * as Envelope from '../crypto/envelope.ts'
import type { CabinetQuery } from '../messages/cabinetQuery.ts'
import * as InputPayload from '../messages/inputPayload.ts'
import * as JobSpec from '../messages/jobSpec.ts'
import * as TensorSet from '../messages/tensorSet.ts'

export type PreparedInput = {
  payload: Uint8Array
  inputCommit: Hex
  salt: Hex
  replyPrivateKey: Uint8Array
  isPublic: boolean
}
export type SealedInput = { blocks: readonly Uint8Array[]; bytes: number; inputRef: Hex }

/** Commits to the inputs and makes the job's own key; the payload is the same for every provider. */
export async function prepareInput(
  inputs: TensorSet.TensorSet,
  { modelKey, isPublic, cabinet }: { modelKey: Hex; isPublic: boolean; cabinet?: CabinetQuery | undefined },
): Promise<PreparedInput> {
  const { publicKey, privateKey } = await Envelope.keyPair()
  const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
  const privacy = isPublic ? 'public' : 'sealed'
  const asked = cabinet === undefined ? {} : { cabinet }
  const jobSpec = JobSpec.canonical(JobSpec.forModel(modelKey, { privacy, ...asked }))
  const tensors = TensorSet.encode(inputs)
  return {
    payload: InputPayload.encode({ tensors, salt, jobSpec, replyKey: publicKey }),
    inputCommit: TensorSet.inputCommit({ digest: TensorSet.digest(inputs), salt }),
    salt,
    replyPrivateKey: privateKey,
    isPublic,
  }
}

/** Seals a prepared input to one provider, or wraps it in the open for a public job. */
export async function sealInput(
  { payload, isPublic }: PreparedInput,
  { hpkeKey }: { hpkeKey: Hex },
): Promise<SealedInput> {
  const { root, chunks, ref } = isPublic
    ? Envelope.plain(payload)
    : await Envelope.seal({ payload, recipientKey: Envelope.fromHex(hpkeKey) })
  const blocks = [root, ...chunks]
  return { blocks, bytes: blocks.reduce((sum, block) => sum + block.length, 0), inputRef: ref }
}
