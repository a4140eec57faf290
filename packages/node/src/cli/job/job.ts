import type { AddCommand } from '../command.ts'
import { groupCommand } from '../groupCommand.ts'
import { addJobAccept } from './accept.ts'
import { addJobList } from './list.ts'
import { addJobRefund } from './refund.ts'
import { addJobShow } from './show.ts'
import { addJobWatch } from './watch.ts'

export const addJob: AddCommand = (parent, run) => {
  const job = groupCommand(parent, 'job', 'jobs that you paid for')
  for (const add of [addJobList, addJobShow, addJobWatch, addJobAccept, addJobRefund]) add(job, run)
}
