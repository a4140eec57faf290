import { compareBytes } from './compareBytes.ts'
import { layoutOf } from './dtypes.ts'
import { encode } from './encode.ts'
import { toNumbers } from './numbers.ts'
import type { Tensor, TensorSet } from './types.ts'

/**
 * How two outputs of one model are compared. `allclose`: |actual − expected| ≤ absolute + relative·|expected| everywhere;
 * `argmax` and `topk`: the best one or `k` along the last axis agree; `exact`: the same canonical bytes.
 * Whatever the mode, tensors that hold no floats must be equal.
 */
export type Tolerance = {
  readonly mode: 'allclose' | 'argmax' | 'topk' | 'exact'
  readonly absolute: number
  readonly relative: number
  /** For `topk`; 5 unless given. */
  readonly k?: number | undefined
}

/** Where two outputs differ most against what is allowed there; `excess` is the difference beyond what is allowed (negative or zero: within). */
export type WorstDifference = {
  readonly tensor: string
  /** Row-major index of the element. */
  readonly index: number
  readonly expected: number
  readonly actual: number
  readonly absolute: number
  readonly excess: number
}

/** Outcome of `compare`. */
export type Comparison = {
  readonly within: boolean
  /** Why not, for people; `undefined` when within. */
  readonly reason: string | undefined
  /** The float element that is nearest to its bound, or farthest beyond it; `undefined` when there are none or shapes differ. */
  readonly worst: WorstDifference | undefined
}

type Pair = { readonly name: string; readonly expected: Tensor; readonly actual: Tensor }

/**
 * Compares a result with what was expected, within a model's tolerance.
 *
 * Ties within the tolerance do not break `argmax` and `topk`: a chosen element is right when its expected value reaches that of the
 * best (of the k-th) but for the tolerance. NaN equals NaN, an infinity only itself.
 *
 * @param expected The reference outputs.
 * @param actual The outputs to judge.
 * @returns Whether they agree, the reason if not, and the worst difference in either case.
 * @throws `TENSOR_MALFORMED` when data and dimensions of a tensor do not agree.
 * @example const { within, worst } = TensorSet.compare(golden, outputs, manifest.tolerance)
 */
export function compare(expected: TensorSet, actual: TensorSet, tolerance: Tolerance): Comparison {
  const shapes = differenceOfShapes(expected, actual)
  if (shapes !== undefined) return { within: false, reason: shapes, worst: undefined }
  const pairs = Object.entries(expected).map(([name, tensor]): Pair => {
    return { name, expected: tensor, actual: actual[name] as Tensor }
  })
  const worst = pairs.filter(isFloat).reduce<WorstDifference | undefined>((found, pair) => {
    const here = worstOf(pair, tolerance)
    return found === undefined || (here !== undefined && here.excess > found.excess) ? here : found
  }, undefined)
  const reason = pairs.map((pair) => disagreement(pair, tolerance)).find((text) => text !== undefined)
  return { within: reason === undefined, reason, worst }
}

const isFloat = ({ expected }: Pair) => ['float', 'complex'].includes(layoutOf(expected.dtype).kind)

function differenceOfShapes(expected: TensorSet, actual: TensorSet): string | undefined {
  const names = (set: TensorSet) => Object.keys(set).sort().join(', ')
  if (names(expected) !== names(actual)) return `tensors [${names(actual)}] instead of [${names(expected)}]`
  const shape = ({ dtype, dims }: Tensor) => `${dtype}[${dims.join(', ')}]`
  for (const [name, tensor] of Object.entries(expected)) {
    const other = actual[name] as Tensor
    if (shape(tensor) !== shape(other)) return `"${name}" is ${shape(other)} instead of ${shape(tensor)}`
  }
  return undefined
}

function disagreement(pair: Pair, tolerance: Tolerance): string | undefined {
  const { name } = pair
  if (tolerance.mode === 'exact' || !isFloat(pair)) return isSame(pair) ? undefined : `"${name}" is not equal`
  if (tolerance.mode === 'allclose') {
    const worst = worstOf(pair, tolerance)
    if (worst === undefined || worst.excess <= 0) return undefined
    return `"${name}" differs by ${worst.absolute} at ${worst.index}: ${worst.actual} instead of ${worst.expected}`
  }
  const k = tolerance.mode === 'argmax' ? 1 : (tolerance.k ?? 5)
  const row = firstRowThatDisagrees(pair, { k, tolerance })
  return row === undefined ? undefined : `the best ${k} of "${name}" differ in row ${row}`
}

function isSame({ name, expected, actual }: Pair): boolean {
  return compareBytes(encode({ [name]: expected }), encode({ [name]: actual })) === 0
}

const allowed = (expected: number, { absolute, relative }: Tolerance) =>
  absolute + relative * Math.abs(expected)

function worstOf(pair: Pair, tolerance: Tolerance): WorstDifference | undefined {
  const expected = toNumbers(pair.expected)
  const actual = toNumbers(pair.actual)
  let worst: WorstDifference | undefined
  for (let index = 0; index < expected.length; index++) {
    const e = expected[index] as number
    const a = actual[index] as number
    const absolute = distance(e, a)
    const excess =
      absolute === 0
        ? Math.min(0, -allowed(Number.isFinite(e) ? e : 0, tolerance))
        : absolute - allowed(e, tolerance)
    if (worst === undefined || !(excess <= worst.excess)) {
      worst = {
        tensor: pair.name,
        index,
        expected: e,
        actual: a,
        absolute,
        excess: Number.isNaN(excess) ? Number.POSITIVE_INFINITY : excess,
      }
    }
  }
  return worst
}

/** 0 for equal values (NaN and NaN, the same infinity), infinity when only one of the two is finite. */
function distance(e: number, a: number): number {
  if (Object.is(e, a) || e === a) return 0
  return Number.isFinite(e) && Number.isFinite(a) ? Math.abs(a - e) : Number.POSITIVE_INFINITY
}

function firstRowThatDisagrees(
  pair: Pair,
  { k, tolerance }: { k: number; tolerance: Tolerance },
): number | undefined {
  const expected = toNumbers(pair.expected)
  const actual = toNumbers(pair.actual)
  const width = pair.expected.dims.at(-1) ?? 1
  for (let start = 0; start < expected.length; start += width) {
    const wanted = bestIndices(expected, { start, width, k })
    const threshold = expected[wanted.at(-1) as number] as number
    const isGood = (index: number) => {
      const value = expected[index] as number
      if (Number.isNaN(actual[index])) return Number.isNaN(value)
      // The first comparison is for thresholds that are infinite, where the second one is NaN.
      return (
        value >= threshold ||
        value >= threshold - allowed(threshold, tolerance) ||
        Object.is(value, threshold)
      )
    }
    if (!bestIndices(actual, { start, width, k }).every(isGood)) return start / width
  }
  return undefined
}

/** Indices of the `k` largest values of a row, best first, equal ones in order; NaN counts as the smallest. */
function bestIndices(
  values: ArrayLike<number>,
  { start, width, k }: { start: number; width: number; k: number },
): number[] {
  const rank = (index: number) => {
    const value = values[index] as number
    return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value
  }
  const best: number[] = []
  for (let index = start; index < start + width; index++) {
    const isFull = best.length === k
    if (isFull && rank(index) <= rank(best[k - 1] as number)) continue
    if (isFull) best.pop()
    let place = best.length
    while (place > 0 && rank(best[place - 1] as number) < rank(index)) place--
    best.splice(place, 0, index)
  }
  return best
}
