import type { AddCommand } from '../command.ts'
import { groupCommand } from '../groupCommand.ts'
import { addConfigShow } from './show.ts'
import { addConfigValidate } from './validate.ts'

export const addConfig: AddCommand = (parent, run) => {
  const config = groupCommand(parent, 'config', 'the configuration of the node')
  addConfigShow(config, run)
  addConfigValidate(config, run)
}
