import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ModelManifest, TensorSet } from '@dim/sdk'
import { z } from 'zod'
import { logMel } from './logMel.ts'

const { preprocessing } = ModelManifest.schema.shape
const stepSchema = preprocessing.element
const cases = z
  .array(z.object({ spec: stepSchema, dims: z.array(z.number()), values: z.array(z.number()) }))
  .min(3)
  .parse(
    JSON.parse(
      readFileSync(new URL('../../../../test/models/features/log-mel.cases.json', import.meta.url), 'utf8'),
    ),
  )

/** Three tones, one of them growing: the formula of scripts/models/features.py. */
function sound(rate: number, samples: number): Float32Array {
  const tone = (hz: number, n: number) => Math.sin((2 * Math.PI * hz * n) / rate)
  return Float32Array.from(
    { length: samples },
    (_, n) => 0.4 * tone(440, n) + 0.2 * tone(1250.5, n) + 0.3 * (n / samples) * tone(3100, n),
  )
}

describe('log-mel features', () => {
  cases.forEach(({ spec, dims, values }, index) => {
    it(`are those of Python's transformers (${index + 1})`, () => {
      assert.ok(spec.kind === 'log-mel')
      const tensor = logMel(sound(spec.sampleRate, spec.windowSamples), spec)
      assert.deepEqual(tensor.dims, dims)
      const found = Array.from(TensorSet.toNumbers(tensor), Number)
      const worst = Math.max(...found.map((value, at) => Math.abs(value - (values[at] ?? Infinity))))
      assert.ok(worst < 2e-4, `differs by ${worst}`)
    })
  })

  it('of a short sound are those of the same sound with silence behind it', () => {
    const [{ spec } = {}] = cases
    assert.ok(spec?.kind === 'log-mel')
    const short = sound(16_000, 700)
    const long = new Float32Array(spec.windowSamples)
    long.set(short)
    assert.deepEqual(logMel(short, spec), logMel(long, spec))
  })

  const [{ spec } = {}] = cases
  const wrong = [
    { ...spec, maxHz: 9000 },
    { ...spec, frames: 10 },
    { ...spec, fftSize: 401 },
    { ...spec, windowSamples: 200 },
  ]
  for (const step of wrong) {
    it(`are not declared by ${JSON.stringify(step).slice(0, 160)}`, () =>
      assert.equal(stepSchema.safeParse(step).success, false))
  }
})
