import { drawSvg } from './picture.ts'

type Point = readonly [x: number, y: number]

export const symbolNames = ['infinity', 'sum', 'times', 'Delta'] as const

export type SymbolName = (typeof symbolNames)[number]

/** A lemniscate of Bernoulli. */
const lemniscate: Point[] = Array.from({ length: 60 }, (_, step) => {
  const angle = (step / 59) * 2 * Math.PI
  const shrink = 1 + Math.sin(angle) ** 2
  return [Math.cos(angle) / shrink, (Math.sin(angle) * Math.cos(angle)) / shrink]
})

const strokes: Readonly<Record<SymbolName, readonly (readonly Point[])[]>> = {
  infinity: [lemniscate],
  sum: [
    [
      [1, -1],
      [-0.7, -1],
      [0.2, 0],
      [-0.7, 1],
      [1, 1],
    ],
  ],
  times: [
    [
      [-1, -1],
      [1, 1],
    ],
    [
      [1, -1],
      [-1, 1],
    ],
  ],
  Delta: [
    [
      [0, -1],
      [-1, 0.8],
      [1, 0.8],
      [0, -1],
    ],
  ],
}

const size = 224
const drawn = 204

/** Draws a mathematical symbol in pen strokes, dark on white; returns a PNG of 224 × 224 pixels. */
export function drawSymbol(name: SymbolName): Promise<Buffer> {
  const points = strokes[name].flat()
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)]
  const middle = (values: number[]) => (Math.max(...values) + Math.min(...values)) / 2
  const extent = (values: number[]) => Math.max(...values) - Math.min(...values)
  const scale = drawn / Math.max(extent(xs), extent(ys))
  const place = ([x, y]: Point) =>
    `${Math.round((x - middle(xs)) * scale + size / 2)},${Math.round((y - middle(ys)) * scale + size / 2)}`
  const style = 'fill="none" stroke="#000" stroke-width="8" stroke-linecap="round"'
  const body = strokes[name]
    .map((line) => `<polyline ${style} points="${line.map(place).join(' ')}"/>`)
    .join('')
  return drawSvg({ width: size, height: size, paper: '#fff', body })
}
