export const sorted = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b)

/** Of sorted values. */
export const quantile = (values: readonly number[], share: number): number =>
  values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0

export const median = (values: readonly number[]): number => quantile(sorted(values), 0.5)
