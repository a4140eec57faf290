import { zeroAddress, zeroHash } from 'viem'
import { createModelCache } from '../../models/cache.ts'
import { buildManifest } from '../../models/publish.ts'
import { type ModelReport, validateModel } from '../../models/validate.ts'
import type { Context } from '../context.ts'
import { formatFields } from '../fields.ts'
import { type Card, readCard } from './card.ts'
import { silentLogger, withWorkshop } from './workshop.ts'

/** Reads a model file, runs its golden vectors and prints what it is. */
export async function reportModel(
  context: Context,
  path: string,
  cardPath: string | undefined,
): Promise<void> {
  const report = await validateModel(path)
  const golden = await runGolden(context, path, cardPath === undefined ? {} : await readCard(cardPath))
  context.out.result({ valid: true, file: path, ...report, golden }, () => describe(path, report, golden))
}

type Golden = { vectors: number; passedOn: readonly string[] }

/** Makes the golden vectors and meets them as a provider would: by a fresh load of the packed model. */
async function runGolden({ io, out }: Context, onnxPath: string, card: Card): Promise<Golden> {
  const step = out.progress('running the golden vectors')
  try {
    const golden = await withWorkshop(io.signal, async ({ dir, content, pool }) => {
      const options = { name: 'validated', version: '0.0.0', ...card, publisher: zeroAddress, salt: zeroHash }
      const { manifest, modelKey } = await buildManifest({
        onnxPath,
        options,
        content,
        pool,
        signal: io.signal,
      })
      const cache = await createModelCache({
        dir: `${dir}/cache`,
        maxBytes: Number.MAX_SAFE_INTEGER,
        content,
        pool,
        logger: silentLogger,
      })
      try {
        const { goldenPassed } = await cache.ensure(modelKey, { signal: io.signal })
        return { vectors: manifest.golden.length, passedOn: goldenPassed }
      } finally {
        await cache.close()
      }
    })
    step.done()
    return golden
  } catch (error) {
    step.fail()
    throw error
  }
}

function describe(path: string, report: ModelReport, golden: Golden): string {
  const operators = [...report.operators]
    .sort((a, b) => b.count - a.count)
    .map(({ domain, name, count }) => `${domain === '' ? '' : `${domain}.`}${name} ${count}`)
  return formatFields({
    file: path,
    size: `${(report.bytes / 1e6).toFixed(2)} MB, ${report.parameters} parameters, ${report.precision}`,
    opset: `${report.opset} (IR ${report.irVersion}${report.producer === '' ? '' : `, by ${report.producer}`})`,
    inputs: report.inputs.map(portLine).join('\n'),
    outputs: report.outputs.map(portLine).join('\n'),
    operators: operators.join(', '),
    'external data': report.externalData.join(', ') || undefined,
    golden: `${golden.vectors} vectors met on ${golden.passedOn.join(', ')}`,
  })
}

const portLine = ({ name, dtype, dims }: ModelReport['inputs'][number]) =>
  `${name}  ${dtype}[${dims.join(', ')}]`
