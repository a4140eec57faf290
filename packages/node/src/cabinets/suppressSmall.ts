/**
 * Counts of one cell of which none tells of fewer than `least` rows: small ones become 0, and as long as what is left out
 * would itself be small, the smallest of the rest goes too.
 */
export function suppressSmall(counts: readonly number[], least: number): number[] {
  const kept = counts.map((count) => (count >= least ? count : 0))
  let leftOut = counts.reduce((sum, count, at) => sum + count - (kept[at] ?? 0), 0)
  while (leftOut > 0 && leftOut < least) {
    const smallest = kept.reduce((found, count, at) => {
      if (count === 0) return found
      return found < 0 || count < (kept[found] ?? 0) ? at : found
    }, -1)
    if (smallest < 0) break
    leftOut += kept[smallest] ?? 0
    kept[smallest] = 0
  }
  return kept
}
