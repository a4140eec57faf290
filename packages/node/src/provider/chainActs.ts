import { type JobParams, jobEscrowAbi, type ProviderRecord, providerRegistryAbi, type Reader } from '@dim/sdk'
import {
  type Address,
  encodeFunctionData,
  type Hex,
  keccak256,
  stringToBytes,
  type TransactionReceipt,
} from 'viem'
import type { TransactionSender } from '../chain/transactionSender.ts'
import type { Db } from '../storage/database.ts'

export type OpenAct = {
  params: JobParams.JobParams
  accessProof: Hex
  authorization: { validAfter: bigint; validBefore: bigint; signature: Hex }
}

type Result = { resultCommit: Hex; resultRef: Hex }

export type ChainActs = ReturnType<typeof createChainActs>

export type ChainActsOptions = { db: Db; reader: Reader; sender: TransactionSender; signal: AbortSignal }

const escrowData = (
  ...[functionName, args]: {
    [Name in 'submit' | 'decline' | 'settle' | 'expire' | 'acceptSigned' | 'createJobWithAuthorization']: [
      Name,
      Parameters<typeof encodeFunctionData<typeof jobEscrowAbi, Name>>[0]['args'],
    ]
  }['submit' | 'decline' | 'settle' | 'expire' | 'acceptSigned' | 'createJobWithAuthorization']
): Hex => encodeFunctionData({ abi: jobEscrowAbi, functionName, args } as never)

/** Everything that this provider sends to the chain, each act under a name by which it happens once. */
export function createChainActs({ db, reader, sender, signal }: ChainActsOptions) {
  const { jobEscrow, providerRegistry } = reader.dim

  const rowsOf = (base: string) =>
    db
      .selectFrom('txIntents')
      .select(['intent', 'state', 'to', 'data'])
      .where((eb) => eb.or([eb('intent', '=', base), eb('intent', 'like', `${base}#%`)]))
      .orderBy('createdAtMs')
      .execute()

  /** An act keeps its name for ever; only after a revert, which is final, the same act needs another one. */
  const nextIntent = async (base: string): Promise<string> => {
    const rows = await rowsOf(base)
    const last = rows.at(-1)
    if (last === undefined) return base
    return last.state === 'reverted' ? `${base}#${rows.length + 1}` : last.intent
  }

  const act = async (base: string, to: Address, data: Hex): Promise<TransactionReceipt> =>
    sender.send({ intent: await nextIntent(base), to, data, signal })

  return {
    open: (jobId: Hex, { params, accessProof, authorization }: OpenAct) => {
      const { validAfter, validBefore, signature } = authorization
      const args = [params, accessProof, validAfter, validBefore, signature] as const
      return act(`open:${jobId}`, jobEscrow, escrowData('createJobWithAuthorization', args))
    },
    /** Relays the same opening again after a reorganisation; `undefined` when this node did not open the job. */
    async reopen(jobId: Hex): Promise<TransactionReceipt | undefined> {
      const [first] = await rowsOf(`open:${jobId}`)
      return first && act(`open:${jobId}`, first.to as Address, first.data as Hex)
    },
    submit: (jobId: Hex, params: JobParams.JobParams, result: Result & { chargedUsdc: bigint }) => {
      const args = [params, result.resultCommit, result.resultRef, result.chargedUsdc] as const
      return act(`submit:${jobId}`, jobEscrow, escrowData('submit', args))
    },
    accept: (jobId: Hex, params: JobParams.JobParams, result: Result & { signature: Hex }) => {
      const args = [params, result.resultCommit, result.resultRef, result.signature] as const
      return act(`accept:${jobId}`, jobEscrow, escrowData('acceptSigned', args))
    },
    decline: (jobId: Hex, params: JobParams.JobParams) =>
      act(`decline:${jobId}`, jobEscrow, escrowData('decline', [params])),
    expire: (jobId: Hex, params: JobParams.JobParams) =>
      act(`expire:${jobId}`, jobEscrow, escrowData('expire', [[params]])),
    /** The batch is named by its jobs and the moment: rows that were not due are skipped and come again. */
    settle: (jobs: readonly { jobId: Hex; params: JobParams.JobParams }[], at: number) => {
      const name = keccak256(stringToBytes(jobs.map(({ jobId }) => jobId).join()))
      return act(`settle:${name}:${at}`, jobEscrow, escrowData('settle', [jobs.map(({ params }) => params)]))
    },
    setServiceKey: (key: Address, proof: Hex) => {
      const args = [key, 0, proof] as const
      const data = encodeFunctionData({ abi: providerRegistryAbi, functionName: 'setServiceKey', args })
      return act(`service-key:${key}`, providerRegistry, data)
    },
    announce: (record: ProviderRecord.ProviderRecord, endpoint: string, signature: Hex) => {
      const args = [record, endpoint, signature] as const
      const data = encodeFunctionData({ abi: providerRegistryAbi, functionName: 'announce', args })
      return act(`announce:${record.version}:${keccak256(signature)}`, providerRegistry, data)
    },
  }
}
