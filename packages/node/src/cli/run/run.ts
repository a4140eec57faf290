import type { Command } from 'commander'
import type { AddCommand, Runner } from '../command.ts'
import { addWriteOptions } from '../writeOptions.ts'
import type { RunOptions } from './runOptions.ts'

export const addRun: AddCommand = (parent, run) =>
  addOptions(parent.command('run').description('buy one run of a model and get its verified result'), run)

/** The same under `dim model`. */
export const addModelInference: AddCommand = (parent, run) =>
  addOptions(parent.command('inference').description('the same as `dim run`'), run)

function addOptions(command: Command, run: Runner): void {
  addWriteOptions(command)
    .argument('[model]', 'name, name@version, key or CID')
    .argument(
      '[input...]',
      'a file (picture, sound, JSON, .npy), a text, - for standard input, or NAME=FILE for each input',
    )
    .option('--model-id <id>', 'the model as an option')
    .option('--input <file...>', 'the input as an option')
    .option('--cabinet <name>', 'run over rows of a data set of the provider, without inputs')
    .option('--where <choice...>', 'with --cabinet: COLUMN=BUCKET,BUCKET')
    .option('--answers <name...>', 'with --cabinet: the answers of its policy that you want')
    .option('--output <file>', 'write the result as JSON')
    .option('--max-price <amount>', 'most that it may cost', '1usdc')
    .option('--provider <provider>', 'address of a provider, or the URL of its node (default: the cheapest)')
    .option('--allow <file>', 'allowlist of the model, for the proof that you are on it')
    .option('--public', 'do not seal input and result: anybody may read them')
    .option('--detach', 'do not wait for the result; see `dim job watch`')
    .option('--receipt <file>', 'write the signed receipt there')
    .option('--timeout <seconds>', 'longest wait', '600')
    .action(
      run<RunOptions>(async (context, options, args) => {
        const { runModel } = await import('./runModel.ts')
        await runModel(context, options, args)
      }),
    )
}
