import { getJobEvents, type JobEvents, JobUnknownError } from '@dim/sdk'
import type { AddCommand } from '../command.ts'
import { formatFields } from '../fields.ts'
import { formatUsdc } from '../formatUsdc.ts'
import { openChain } from '../network/openChain.ts'
import { resolveNetwork } from '../network/resolveNetwork.ts'
import { parseJobId } from './jobId.ts'
import { readJobState } from './jobState.ts'

export const addJobShow: AddCommand = (parent, run) => {
  parent
    .command('show')
    .description('everything that the chain says about a job; needs no password')
    .argument('[job]', 'id of the job')
    .action(
      run(async (context, _options, [text]) => {
        const jobId = parseJobId(text)
        const chain = await openChain(await resolveNetwork(context))
        const events = await getJobEvents(chain, { jobId })
        if (events.opened === undefined) throw new JobUnknownError(jobId, 'the chain')
        const { params } = events.opened
        const state = await readJobState(chain, { jobId, submitBy: params.submitBy })
        context.out.result({ jobId, ...state, params, events }, () =>
          formatFields({
            job: jobId,
            state: state.isLate ? `late: money back by \`dim job refund ${jobId}\`` : state.status,
            model: params.modelKey,
            client: params.client,
            provider: params.provider,
            price: `at most ${formatUsdc(params.price)}`,
            'submit by': new Date(params.submitBy * 1000).toISOString(),
            ...eventFields(events),
          }),
        )
      }),
    )
}

function eventFields({ opened, submitted, paid, refunded, declined, revoked, challenged, split }: JobEvents) {
  const payout = paid ?? split
  return {
    opened: opened && mined(opened),
    submitted: submitted && `charged ${formatUsdc(submitted.chargedUsdc)}  ${mined(submitted)}`,
    challenged: challenged && mined(challenged),
    paid:
      payout &&
      `provider ${formatUsdc(payout.toProviderUsdc)}, owner ${formatUsdc(payout.royaltyUsdc)}, fee ${formatUsdc(payout.feeUsdc)}, back ${formatUsdc(payout.refundUsdc)}  ${mined(payout)}`,
    declined: declined && mined(declined),
    refunded: refunded && `${formatUsdc(refunded.refundUsdc)}  ${mined(refunded)}`,
    revoked: revoked && mined(revoked),
  }
}

const mined = ({ blockNumber, transactionHash }: { blockNumber: bigint; transactionHash: string }) =>
  `block ${blockNumber}  ${transactionHash}`
