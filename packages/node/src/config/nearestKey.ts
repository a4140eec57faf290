function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[right.length] ?? 0
}

const lastPart = (key: string) => key.slice(key.lastIndexOf('.') + 1)

/** The known key that an unknown one was most likely meant to be: a typing slip, or the wrong section. */
export function nearestKey(unknown: string, known: readonly string[]): string | undefined {
  const elsewhere = known.find((key) => lastPart(key).toLowerCase() === lastPart(unknown).toLowerCase())
  if (elsewhere !== undefined) return elsewhere
  const [best] = known
    .map((key) => ({ key, edits: distance(unknown.toLowerCase(), key.toLowerCase()) }))
    .sort((left, right) => left.edits - right.edits)
  return best !== undefined && best.edits <= Math.max(2, unknown.length / 4) ? best.key : undefined
}
