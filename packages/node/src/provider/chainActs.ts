import { type JobParams, jobEscrowAbi, type ProviderRecord, providerRegistryAbi, type Reader } from '@dim/sdk'
import {
  type Address,
  type ContractFunctionArgs,
  encodeFunctionData,
  type Hex,
  keccak256,
  stringToBytes,
  type TransactionReceipt,
} from 'viem'
import { createNamedActs, type NamedActsOptions } from './namedActs.ts'

export type OpenAct = {
  params: JobParams.JobParams
  accessProof: Hex
  authorization: { validAfter: bigint; validBefore: bigint; signature: Hex }
}

/**
 * What is relayed runs code of the client where its account is a contract, at this node's cost: several times what an
 * ordinary account needs, and no more.
 */
const MOST_RELAY_GAS = 600_000n

type Result = { resultCommit: Hex; resultRef: Hex }
type Job = { jobId: Hex; params: JobParams.JobParams }
type Escrow = typeof jobEscrowAbi
type EscrowWrite = 'submit' | 'decline' | 'settle' | 'expire' | 'acceptSigned' | 'createJobWithAuthorization'

export type ChainActsOptions = NamedActsOptions & { reader: Reader }

export type ChainActs = ReturnType<typeof createChainActs>

function jobActs(escrow: Address, { act, repeat }: ReturnType<typeof createNamedActs>) {
  const send = <Name extends EscrowWrite>(
    name: string,
    functionName: Name,
    args: ContractFunctionArgs<Escrow, 'nonpayable', Name>,
    gas?: bigint,
  ): Promise<TransactionReceipt> => {
    const data = encodeFunctionData({ abi: jobEscrowAbi, functionName, args } as never)
    return act(name, { to: escrow, data, gas })
  }

  return {
    open: (jobId: Hex, { params, accessProof, authorization }: OpenAct) => {
      const { validAfter, validBefore, signature } = authorization
      const args = [params, accessProof, validAfter, validBefore, signature] as const
      return send(`open:${jobId}`, 'createJobWithAuthorization', args, MOST_RELAY_GAS)
    },
    /** Relays the same opening again after a reorganisation; `undefined` when this node did not open the job. */
    reopen: (jobId: Hex) => repeat(`open:${jobId}`),
    submit: ({ jobId, params }: Job, result: Result & { chargedUsdc: bigint }) => {
      const { resultCommit, resultRef, chargedUsdc } = result
      return send(`submit:${jobId}`, 'submit', [params, resultCommit, resultRef, chargedUsdc])
    },
    accept: ({ jobId, params }: Job, result: Result & { signature: Hex }) => {
      const { resultCommit, resultRef, signature } = result
      const args = [params, resultCommit, resultRef, signature] as const
      return send(`accept:${jobId}`, 'acceptSigned', args, MOST_RELAY_GAS)
    },
    decline: ({ jobId, params }: Job) => send(`decline:${jobId}`, 'decline', [params]),
    expire: ({ jobId, params }: Job) => send(`expire:${jobId}`, 'expire', [[params]]),
    /** The batch is named by its jobs and the moment: rows that were not due are skipped and come again. */
    settle: (jobs: readonly Job[], at: number) => {
      const batch = keccak256(stringToBytes(jobs.map(({ jobId }) => jobId).join()))
      return send(`settle:${batch}:${at}`, 'settle', [jobs.map(({ params }) => params)])
    },
  }
}

function registryActs(registry: Address, { act }: ReturnType<typeof createNamedActs>) {
  const abi = providerRegistryAbi
  return {
    /** Valid from the block that takes it. */
    setServiceKey: (key: Address, proof: Hex) => {
      const data = encodeFunctionData({ abi, functionName: 'setServiceKey', args: [key, 0, proof] })
      return act(`service-key:${key}`, { to: registry, data })
    },
    announce: (record: ProviderRecord.ProviderRecord, endpoint: string, signature: Hex) => {
      const data = encodeFunctionData({ abi, functionName: 'announce', args: [record, endpoint, signature] })
      return act(`announce:${record.version}:${keccak256(signature)}`, { to: registry, data })
    },
  }
}

/** Everything that this provider sends to the chain, each act under a name by which it happens once. */
export function createChainActs(options: ChainActsOptions) {
  const { jobEscrow, providerRegistry } = options.reader.dim
  const named = createNamedActs(options)
  return { ...jobActs(jobEscrow, named), ...registryActs(providerRegistry, named) }
}
