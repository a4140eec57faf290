import { readFile } from 'node:fs/promises'
import { parse as parseYaml } from 'yaml'
import { ConfigInvalidError } from './configError.ts'

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parse(text: string, file: string): unknown {
  try {
    return parseYaml(text) ?? {}
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new ConfigInvalidError([`it is neither YAML nor JSON: ${reason}.`], { source: file, cause })
  }
}

/** Reads YAML or JSON (which YAML contains); an empty file is an empty configuration. */
export async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === 'ENOENT' ? 'there is no such file' : cause.message
    throw new ConfigInvalidError(
      [`${reason}. Give another with --config, or leave it out for the defaults.`],
      {
        source: file,
        cause,
      },
    )
  })
  const value = parse(text, file)
  if (!isMap(value)) {
    throw new ConfigInvalidError(['it must be a map of sections. Example: log: { level: info }.'], {
      source: file,
    })
  }
  return value
}
