import { loadConfig } from '../../config.ts'
import type { AddCommand } from '../command.ts'

export const addConfigValidate: AddCommand = (parent, run) => {
  parent
    .command('validate [file]')
    .description('check a configuration file and the environment; exit code 3 if they cannot be used')
    .action(
      run(async ({ io, globals, out }, _options, [file]) => {
        const loaded = await loadConfig({ file: file ?? globals.config, environment: io.environment })
        const set = Object.values(loaded.origins).filter(({ origin }) => origin !== 'default').length
        out.result(
          { valid: true, file: loaded.file ?? null, settings: set },
          () =>
            `${out.style.green('✔')} ${loaded.file ?? 'defaults and environment'}: valid, ${set} settings given, the rest by default`,
        )
      }),
    )
}
