import { type Abi, decodeErrorResult, type Hex, isHex, BaseError as ViemError } from 'viem'
import { equivocationModuleAbi } from '../abis/equivocationModule.ts'
import { jobEscrowAbi } from '../abis/jobEscrow.ts'
import { modelRegistryAbi } from '../abis/modelRegistry.ts'
import { paymentChannelsAbi } from '../abis/paymentChannels.ts'
import { providerRegistryAbi } from '../abis/providerRegistry.ts'
import { receiptAnchorAbi } from '../abis/receiptAnchor.ts'
import { testUsdcAbi } from '../abis/testUsdc.ts'
import { escrowStates } from '../messages/jobStatus.ts'
import { BaseError } from './baseError.ts'
import { ChainRequestError } from './chainRequest.ts'
import { ChainUnreachableError } from './chainUnreachable.ts'
import { ContractRevertError } from './contractRevert.ts'
import { GasFundsError } from './gasFunds.ts'
import { revertTexts } from './revertTexts.ts'
import { UserRejectedError } from './userRejected.ts'

/** Every custom error of every contract, once per selector. */
const errorsAbi: Abi = [
  ...jobEscrowAbi,
  ...modelRegistryAbi,
  ...providerRegistryAbi,
  ...paymentChannelsAbi,
  ...receiptAnchorAbi,
  ...equivocationModuleAbi,
  ...testUsdcAbi,
].filter((item) => item.type === 'error')

type Revert = {
  errorName: string | undefined
  args: Record<string, unknown>
  reason: string
  hint?: string | undefined
}

/**
 * Turns whatever a contract call threw into a coded error: a custom error of any of our contracts, a revert with a text, a chain that
 * does not answer, a lack of gas money, a refusal in the wallet.
 *
 * @param error What viem threw.
 * @param attempted What was attempted, as the start of a sentence: "Opening job 0x12…".
 * @returns `ContractRevertError` (`CONTRACT_<ERROR_NAME>`, `CONTRACT_REVERTED`), `CHAIN_UNREACHABLE`, `INSUFFICIENT_GAS_FUNDS`,
 *   `USER_REJECTED` or `CHAIN_REQUEST_FAILED`; an error that is coded already comes back as it is.
 * @example try { await writeContract(client, request) } catch (error) { throw decodeRevert(error, `Accepting job ${jobId}`) }
 */
export function decodeRevert(error: unknown, attempted: string): BaseError {
  if (error instanceof BaseError) return error
  const revert = findRevert(error)
  if (revert !== undefined) {
    return new ContractRevertError(attempted, { ...revert, charged: 'Nothing was charged.', cause: error })
  }
  if (hasName(error, ['UserRejectedRequestError'])) return new UserRejectedError(attempted, error)
  if (hasName(error, ['InsufficientFundsError']) || saysNoGasFunds(error))
    return new GasFundsError(attempted, error)
  if (hasName(error, unreachable)) return new ChainUnreachableError(attempted, error)
  return new ChainRequestError(attempted, { cause: error, reason: shortReason(error) })
}

/**
 * Reads the data of a revert by the custom errors of all our contracts.
 *
 * @param data What the call returned: selector and arguments.
 * @returns Name and arguments, or `undefined` for an error that no contract of ours declares.
 * @example decodeErrorData('0x…')?.errorName // 'SubmitTooLate'
 */
export function decodeErrorData(data: Hex): { errorName: string; args: Record<string, unknown> } | undefined {
  try {
    const { errorName, args, abiItem } = decodeErrorResult({ abi: errorsAbi, data })
    const inputs = 'inputs' in abiItem ? abiItem.inputs : []
    const values = (args ?? []) as readonly unknown[]
    return {
      errorName,
      args: Object.fromEntries(values.map((value, i) => [inputs[i]?.name || `${i}`, value])),
    }
  } catch {
    // A selector that is not ours, or arguments that do not fit it: then it is not one of our errors.
    return undefined
  }
}

/** Not every node answers with the code that viem looks for. */
const saysNoGasFunds = (error: unknown): boolean =>
  [...causes(error)].some(
    (item) => item instanceof Error && /doesn't have enough funds to send tx/i.test(item.message),
  )

const unreachable = ['HttpRequestError', 'TimeoutError', 'WebSocketRequestError', 'SocketClosedError']

function findRevert(error: unknown): Revert | undefined {
  const data = revertData(error)
  const decoded = data === undefined ? undefined : decodeErrorData(data)
  if (decoded !== undefined) return describe(decoded)
  const reverted = find(error, ['ContractFunctionRevertedError', 'ExecutionRevertedError'])
  if (reverted === undefined) return undefined
  const reason =
    'reason' in reverted && typeof reverted.reason === 'string' ? reverted.reason : shortReason(reverted)
  return { errorName: undefined, args: {}, reason: reason.replace(/\.$/, '') }
}

function describe({ errorName, args }: { errorName: string; args: Record<string, unknown> }): Revert {
  if (errorName === 'Error' || errorName === 'Panic') {
    return { errorName: undefined, args, reason: `it reverted with "${String(Object.values(args)[0])}"` }
  }
  const text = revertTexts[errorName]
  const list = Object.entries(args).map(([name, value]) => `${name} ${String(value)}`)
  const reason = text?.reason ?? `the contract refused with ${errorName} (${list.join(', ')})`
  return {
    errorName,
    args,
    reason: reason.replace(/\{(\w+)\}/g, (_, name: string) => textOf(errorName, { name, value: args[name] })),
    hint: text?.hint,
  }
}

function textOf(errorName: string, { name, value }: { name: string; value: unknown }): string {
  const state = errorName === 'WrongStatus' && name === 'status' ? escrowStates[Number(value)] : undefined
  return state ?? String(value ?? '?')
}

/** The data of the innermost error that carries any: viem and the nodes put it in different places. */
function revertData(error: unknown): Hex | undefined {
  let found: Hex | undefined
  for (const item of causes(error)) {
    const candidates = [field(item, 'raw'), field(item, 'data'), field(field(item, 'data'), 'data')]
    found = candidates.find((value): value is Hex => isHex(value) && value.length >= 10) ?? found
  }
  return found
}

function* causes(error: unknown): Generator<unknown> {
  const seen = new Set<unknown>()
  for (
    let item = error;
    item !== undefined && item !== null && !seen.has(item);
    item = field(item, 'cause')
  ) {
    seen.add(item)
    yield item
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined

const find = (error: unknown, names: readonly string[]): Error | undefined =>
  [...causes(error)].find((item): item is Error => item instanceof Error && names.includes(item.name))

const hasName = (error: unknown, names: readonly string[]): boolean => find(error, names) !== undefined

function shortReason(error: unknown): string {
  if (error instanceof ViemError) return error.shortMessage.replace(/\.$/, '')
  if (error instanceof Error) return error.message.replace(/\.$/, '')
  return typeof error === 'string' ? error : 'something was thrown that is no error'
}
