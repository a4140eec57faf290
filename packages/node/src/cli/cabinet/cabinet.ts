import type { AddCommand } from '../command.ts'
import { groupCommand } from '../groupCommand.ts'
import { addCabinetAdd } from './add.ts'
import { addCabinetList } from './list.ts'
import { addCabinetPolicy } from './policy.ts'
import { addCabinetRm } from './rm.ts'
import { addCabinetShow } from './show.ts'

export const addCabinet: AddCommand = (parent, run) => {
  const cabinet = groupCommand(parent, 'cabinet', 'data sets that never leave this provider')
  for (const add of [addCabinetAdd, addCabinetList, addCabinetShow, addCabinetPolicy, addCabinetRm]) {
    add(cabinet, run)
  }
}
