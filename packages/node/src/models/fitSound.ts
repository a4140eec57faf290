import type { Sound } from './decodeWav.ts'

/** Brings a sound to another rate by linear interpolation, and of a longer one takes the loudest window. */
export function fitSound(sound: Sound, wanted: { sampleRate: number; windowSamples: number }): Sound {
  const samples = resample(sound, wanted.sampleRate)
  return { samples: loudestWindow(samples, wanted.windowSamples), sampleRate: wanted.sampleRate }
}

function resample({ samples, sampleRate }: Sound, wantedRate: number): Float32Array {
  if (sampleRate === wantedRate) return samples
  const step = sampleRate / wantedRate
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const left = Math.floor(index * step)
    const share = index * step - left
    const here = samples[left] ?? 0
    return here + share * ((samples[left + 1] ?? here) - here)
  })
}

function loudestWindow(samples: Float32Array, length: number): Float32Array {
  if (samples.length <= length) return samples
  let energy = 0
  let best = { start: 0, energy: 0 }
  for (let end = 0; end < samples.length; end++) {
    energy += (samples[end] ?? 0) ** 2
    if (end < length) best = { start: 0, energy }
    else {
      energy -= (samples[end - length] ?? 0) ** 2
      if (energy > best.energy) best = { start: end - length + 1, energy }
    }
  }
  return samples.subarray(best.start, best.start + length)
}
