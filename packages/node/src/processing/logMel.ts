import { type LogMelSpec, TensorSet } from '@dim/sdk'
import { melFilters } from './melFilters.ts'

/** Makes the tensor of a manifest's `log-mel` step from at most `windowSamples` mono samples at its rate. */
export function logMel(samples: Float32Array, spec: LogMelSpec): TensorSet.Tensor {
  const { frames, melBins, layout } = spec
  const energies = melEnergies(mirrored(samples, spec), spec)
  const values = toLogarithms(energies, spec)
  if (layout === 'frames-bins') return TensorSet.fromTyped('float32', values, [1, frames, melBins])
  const turned = new Float32Array(values.length)
  for (let frame = 0; frame < frames; frame++) {
    for (let bin = 0; bin < melBins; bin++)
      turned[bin * frames + frame] = values[frame * melBins + bin] as number
  }
  return TensorSet.fromTyped('float32', turned, [1, melBins, frames])
}

/** The window of sound, with half a frame of its mirror image at each edge. */
function mirrored(samples: Float32Array, { windowSamples, fftSize }: LogMelSpec): Float64Array {
  const half = Math.floor(fftSize / 2)
  const padded = new Float64Array(windowSamples + 2 * half)
  padded.set(samples.subarray(0, windowSamples), half)
  const last = half + windowSamples - 1
  for (let distance = 1; distance <= half; distance++) {
    padded[half - distance] = padded[half + distance] as number
    padded[last + distance] = padded[last - distance] as number
  }
  return padded
}

/** [frames, bins] of magnitudes or powers, summed by band. */
function melEnergies(sound: Float64Array, spec: LogMelSpec): Float64Array {
  const { fftSize, hopSamples, frames, melBins, power } = spec
  const filters = melFilters(spec)
  const transform = spectrumOf(fftSize)
  const energies = new Float64Array(frames * melBins)
  for (let frame = 0; frame < frames; frame++) {
    const spectrum = transform(sound, frame * hopSamples)
    if (power === 1) for (let k = 0; k < spectrum.length; k++) spectrum[k] = Math.sqrt(spectrum[k] as number)
    filters.forEach(({ first, weights }, bin) => {
      let sum = 0
      for (let k = 0; k < weights.length; k++) sum += (weights[k] as number) * (spectrum[first + k] as number)
      energies[frame * melBins + bin] = sum
    })
  }
  return energies
}

/** The power of each frequency of a frame under a periodic Hann window, by the definition of the transform. */
function spectrumOf(size: number): (sound: Float64Array, start: number) => Float64Array {
  const turns = (at: number) => (2 * Math.PI * at) / size
  const hann = Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * Math.cos(turns(n)))
  const cosines = Float64Array.from({ length: size }, (_, n) => Math.cos(turns(n)))
  const sines = Float64Array.from({ length: size }, (_, n) => Math.sin(turns(n)))
  const frame = new Float64Array(size)
  const spectrum = new Float64Array(Math.floor(size / 2) + 1)
  return (sound, start) => {
    for (let n = 0; n < size; n++) frame[n] = (sound[start + n] as number) * (hann[n] as number)
    for (let k = 0; k < spectrum.length; k++) {
      let [real, imaginary] = [0, 0]
      for (let n = 0, angle = 0; n < size; n++, angle = (angle + k) % size) {
        real += (frame[n] as number) * (cosines[angle] as number)
        imaginary -= (frame[n] as number) * (sines[angle] as number)
      }
      spectrum[k] = real * real + imaginary * imaginary
    }
    return spectrum
  }
}

function toLogarithms(energies: Float64Array, { log, floor }: LogMelSpec): Float32Array {
  const logarithm = log === 'ln' ? Math.log : Math.log10
  const values = energies.map((value) => logarithm(Math.max(value, floor)))
  if (log !== 'whisper') return Float32Array.from(values)
  const least = values.reduce((most, value) => Math.max(most, value), -Infinity) - 8
  return Float32Array.from(values, (value) => (Math.max(value, least) + 4) / 4)
}
