/**
 * Softmax of a row of logits, computed from their differences to the largest so that nothing overflows.
 *
 * @returns Probabilities that sum to 1.
 * @example softmax([0, 0]) // [0.5, 0.5]
 */
export function softmax(logits: ArrayLike<number>): Float64Array {
  let largest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < logits.length; i++) largest = Math.max(largest, logits[i] as number)
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - largest))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}
