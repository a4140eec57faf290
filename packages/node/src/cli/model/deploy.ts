import type { AddCommand } from '../command.ts'
import { addWriteOptions } from '../writeOptions.ts'
import type { DeployOptions } from './deployOptions.ts'

export const addModelDeploy: AddCommand = (parent, run) => {
  addWriteOptions(
    parent
      .command('deploy')
      .description('publish a model: check it, upload its files, register it with its terms'),
  )
    .argument('[file]', 'the .onnx file')
    .option('--model <file>', 'the same as an option')
    .option('--name <name>', 'name of the model (default: from the card)')
    .option('--model-version <version>', 'its version (default: 1.0.0, or the next one of your family)')
    .option('--access-policy <policy>', 'public or allowlist', 'public')
    .option('--allow <file>', 'addresses that may buy, one a line')
    .option('--price <amount>', 'least price of one run, for instance "0.002usdc"', '0usdc')
    .option('--royalty <percent>', "the owner's share of what is charged", '10%')
    .option('--description <text>', 'what it does')
    .option('--task <task>', 'for instance image-classification')
    .option('--licence <licence>', 'licence of the weights')
    .option(
      '--card <file>',
      'YAML or JSON with labels, ports (dims, default, defaultDims of an input), pre- and post-processing, tolerance',
    )
    .option('--family <model>', 'make it the newest version of this model of yours')
    .option('--provider <url>', 'node to upload to (default: every known one)')
    .option('--no-wait', 'do not wait until a provider serves it')
    .action(
      run<DeployOptions>(async (context, options, [given]) => {
        const { deployModel } = await import('./deployModel.ts')
        await deployModel(context, options, given ?? options.model)
      }),
    )
}
