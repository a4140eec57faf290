import { deprecateModel } from '@dim/sdk'
import type { AddCommand } from '../command.ts'
import { confirm } from '../confirm.ts'
import { transactionLines, transactionRows } from '../transactionLines.ts'
import { openSession } from '../wallet/openSession.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { readCatalogue } from './catalogue.ts'
import { modelArgument } from './modelArgument.ts'
import { selectModel } from './selectModel.ts'

export const addModelDeprecate: AddCommand = (parent, run) => {
  addWriteOptions(parent.command('deprecate').description('end the sale of a model, for good'))
    .argument('[model]', 'name, name@version, key or CID')
    .option('--model-id <id>', 'the same as an option')
    .action(
      run<WriteOptions & { modelId?: string }>(async (context, { modelId, ...write }, [given]) => {
        const name = modelArgument(given, modelId)
        const session = await openSession(context, { dryRun: write.dryRun === true })
        const { modelKey } = selectModel(await readCatalogue(session.chain, session.network), name)
        await confirm(context, `Deprecate ${name} (${modelKey}) for good?`, { ...write, final: true })
        const transaction = await session.transact('deprecate', (writer) =>
          deprecateModel(writer, { modelKey }),
        )
        context.out.result({ modelKey, transactions: transactionRows([transaction]) }, () =>
          [
            `${name} takes no new jobs${session.dryRun ? ' (dry run)' : ''}.`,
            transactionLines([transaction]),
          ].join('\n'),
        )
      }),
    )
}
