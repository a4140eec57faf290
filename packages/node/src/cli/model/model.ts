import type { AddCommand } from '../command.ts'
import { groupCommand } from '../groupCommand.ts'
import { addModelInference } from '../run/run.ts'
import { addModelDeploy } from './deploy.ts'
import { addModelDeprecate } from './deprecate.ts'
import { addModelList } from './list.ts'
import { addModelShow } from './show.ts'
import { addModelValidate } from './validate.ts'

export const addModel: AddCommand = (parent, run) => {
  const model = groupCommand(parent, 'model', 'publish models and look at them')
  for (const add of [addModelValidate, addModelDeploy, addModelList, addModelShow, addModelDeprecate])
    add(model, run)
  addModelInference(model, run)
}
