import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { BaseError, Receipt, ReceiptInvalidError, verifyReceipt } from '@dim/sdk'
import { isAddressEqual } from 'viem'
import type { AddCommand } from '../command.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatFields } from '../fields.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'

/** The receipt in the file cannot be read at all. */
export class ReceiptFileInvalidError extends BaseError {
  override readonly code = 'RECEIPT_FILE_INVALID'

  constructor(path: string, cause: unknown) {
    super(`${path} holds no receipt.`, {
      cause,
      charged: 'Nothing was charged.',
      hint: 'Name a file that `dim run --receipt` wrote.',
    })
  }
}

export const addVerify: AddCommand = (parent, run) => {
  parent
    .command('verify')
    .description('check a receipt: offline its signature and hashes, on the chain its key and its job')
    .argument('[receipt]', 'file that `dim run --receipt` wrote')
    .option('--offline', 'do not ask the chain')
    .action(
      run<{ offline?: boolean }>(async (context, { offline }, [file]) => {
        if (file === undefined) throw new UsageError('Which receipt? dim verify receipt.json')
        const signed = await readReceipt(resolve(context.io.cwd, file))
        if (!(await Receipt.verifySigned(signed)))
          throw new ReceiptInvalidError(
            'signature',
            `it is not that of ${signed.signer}, or the details were changed`,
          )
        const chain: ChainCheck =
          offline === true
            ? { checked: false, reason: 'not asked (--offline)' }
            : await checkOnChain(context, signed)
        report(context, signed, chain)
      }),
    )
}

type ChainCheck = { checked: true; paid: boolean } | { checked: false; reason: string }

async function readReceipt(path: string): Promise<Receipt.Signed> {
  const text = await readFile(path, 'utf8')
  try {
    return Receipt.parseSigned(JSON.parse(text))
  } catch (error) {
    throw new ReceiptFileInvalidError(path, error)
  }
}

/** A chain that does not answer leaves the question open; one that contradicts the receipt refutes it. */
async function checkOnChain(
  context: Context,
  { receipt, signature, details, ...signed }: Receipt.Signed,
): Promise<ChainCheck> {
  const network = await resolveNetwork(context).catch(unreachable)
  if ('reason' in network) return { checked: false, reason: network.reason }
  const { deployment } = network
  if (
    deployment.chainId !== signed.chainId ||
    !isAddressEqual(deployment.providerRegistry, signed.providerRegistry)
  ) {
    return {
      checked: false,
      reason: `it belongs to chain ${signed.chainId} with ProviderRegistry ${signed.providerRegistry}, not to ${network.name}`,
    }
  }
  const client = await openChain(network).catch(unreachable)
  if ('reason' in client) return { checked: false, reason: client.reason }
  const { job } = await verifyReceipt({ receipt, signature, details, deployment, client })
  return { checked: true, paid: job?.paid !== undefined }
}

function unreachable(error: unknown): { reason: string } {
  if (error instanceof BaseError) return { reason: error.shortMessage }
  throw error
}

function report({ out }: Context, { receipt, signer, details }: Receipt.Signed, chain: ChainCheck): void {
  const value = {
    valid: true,
    jobId: receipt.channelId,
    provider: receipt.provider,
    signer,
    client: receipt.payer,
    modelKey: receipt.modelKey,
    chargedUsdc: receipt.charged,
    servedAt: receipt.servedAt,
    details,
    onChain: chain,
  }
  out.result(value, () =>
    formatFields({
      receipt: `${out.style.green('✔')} signature and hashes hold`,
      'on chain': chain.checked
        ? `${out.style.green('✔')} the key was the provider's, and the job is the same${chain.paid ? ', and paid' : '; not paid yet'}`
        : `${out.style.yellow('–')} not checked: ${chain.reason}`,
      job: receipt.channelId,
      provider: `${receipt.provider} (signed by ${signer})`,
      client: receipt.payer,
      model: receipt.modelKey,
      charged: formatUsdc(receipt.charged),
      served: `${new Date(receipt.servedAt * 1000).toISOString()} by the chain's clock, ${details.runtime} on ${details.executionProvider}`,
    }),
  )
}
