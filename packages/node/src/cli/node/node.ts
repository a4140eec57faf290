import type { AddCommand } from '../command.ts'
import { groupCommand } from '../groupCommand.ts'
import { addNodeClaim } from './claim.ts'
import { addNodeDoctor } from './doctor/doctor.ts'
import { addNodeEarnings } from './earnings.ts'
import { addNodeInit } from './init.ts'
import { addNodeStake } from './stake.ts'
import { addNodeStart } from './start.ts'
import { addNodeStatus } from './status.ts'
import { addNodeStop } from './stop.ts'
import { addNodeTop } from './top.ts'

export const addNode: AddCommand = (parent, run) => {
  const node = groupCommand(parent, 'node', 'run a provider and be paid for it')
  for (const add of [addNodeInit, addNodeDoctor, addNodeStart, addNodeStatus, addNodeTop, addNodeStop])
    add(node, run)
  for (const add of [addNodeStake, addNodeEarnings, addNodeClaim]) add(node, run)
}
