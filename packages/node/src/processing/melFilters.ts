import type { LogMelSpec } from '@dim/sdk'

export type MelFilter = {
  /** Index of the first frequency that the band takes. */
  first: number
  weights: Float64Array
}

type Scale = { toMel: (hz: number) => number; toHz: (mel: number) => number }

/** Slaney's scale is linear below 1000 Hz (15 mel) and logarithmic above: 27 mel for a factor of 6.4. */
const slaneyStep = 27 / Math.log(6.4)

const scales: Record<LogMelSpec['melScale'], Scale> = {
  htk: {
    toMel: (hz) => 2595 * Math.log10(1 + hz / 700),
    toHz: (mel) => 700 * (10 ** (mel / 2595) - 1),
  },
  slaney: {
    toMel: (hz) => (hz < 1000 ? (3 * hz) / 200 : 15 + slaneyStep * Math.log(hz / 1000)),
    toHz: (mel) => (mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((mel - 15) / slaneyStep)),
  },
}

/** Triangles over the frequencies of a transform, whose corners have equal distances on the mel scale. */
export function melFilters(spec: LogMelSpec): MelFilter[] {
  const { fftSize, sampleRate, melBins, minHz, maxHz, norm } = spec
  const { toMel, toHz } = scales[spec.melScale]
  const [low, high] = [toMel(minHz), toMel(maxHz)]
  const corner = (index: number) => toHz(low + ((high - low) * index) / (melBins + 1))
  const hz = Float64Array.from({ length: Math.floor(fftSize / 2) + 1 }, (_, k) => (k * sampleRate) / fftSize)
  return Array.from({ length: melBins }, (_, bin) => {
    const [left, centre, right] = [corner(bin), corner(bin + 1), corner(bin + 2)]
    const area = norm === 'slaney' ? 2 / (right - left) : 1
    const all = hz.map((at) =>
      Math.max(0, area * Math.min((at - left) / (centre - left), (right - at) / (right - centre))),
    )
    const first = Math.max(
      0,
      all.findIndex((weight) => weight > 0),
    )
    const last = all.findLastIndex((weight) => weight > 0)
    return { first, weights: all.slice(first, last + 1) }
  })
}
