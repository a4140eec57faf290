import { resolve } from 'node:path'
import type { AddCommand } from '../command.ts'
import { UsageError } from '../errors/usageError.ts'

export const addModelValidate: AddCommand = (parent, run) => {
  parent
    .command('validate')
    .description('look at a model file and run it, without chain and without key')
    .argument('[file]', 'the .onnx file')
    .option('--model <file>', 'the same as an option')
    .option(
      '--card <file>',
      'YAML or JSON with task, licence, ports (dims, default, defaultDims of an input), pre- and post-processing, tolerance',
    )
    .action(
      run<{ model?: string; card?: string }>(async (context, { model, card }, [given]) => {
        const file = given ?? model
        if (file === undefined) throw new UsageError('Which file? dim model validate m.onnx')
        const { reportModel } = await import('./reportModel.ts')
        const { cwd } = context.io
        await reportModel(context, resolve(cwd, file), card === undefined ? undefined : resolve(cwd, card))
      }),
    )
}
