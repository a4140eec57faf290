export const priorities = ['low', 'normal', 'high'] as const

export type Priority = (typeof priorities)[number]

/** So much later than a job of high priority another may have come and still be served before it is: nothing starves. */
export const patienceMs: Readonly<Record<Priority, number>> = { high: 0, normal: 2_000, low: 10_000 }

type Waiting<T> = { item: T; turn: number; estimatedMs: number }

export type PriorityQueue<T> = {
  push(item: T, entry: { priority: Priority; nowMs: number; estimatedMs: number }): void
  remove(item: T): boolean
  /** The one that is served next. */
  first(): T | undefined
  /** Items in the order in which they are served, without taking them. */
  ordered(): Iterable<T>
  readonly size: number
  sizeOf(priority: Priority): number
  /** Estimated milliseconds of all that would be served before an item which comes now. */
  aheadMs(priority: Priority, nowMs: number): number
  readonly totalMs: number
}

/** At most so many of lower priority are looked at when a wait is estimated. */
const mostLookedAt = 512

/** Serves by the time of coming plus the patience of the priority: what waits long enough goes before what is urgent. */
export function createPriorityQueue<T>(patience = patienceMs): PriorityQueue<T> {
  const lanes: Record<Priority, Map<T, Waiting<T>>> = { low: new Map(), normal: new Map(), high: new Map() }
  const laneMs: Record<Priority, number> = { low: 0, normal: 0, high: 0 }

  const aheadIn = (lane: Priority, turn: number): number => {
    let sum = 0
    let looked = 0
    for (const waiting of lanes[lane].values()) {
      if (waiting.turn > turn || looked++ >= mostLookedAt) break
      sum += waiting.estimatedMs
    }
    return sum
  }

  return {
    push(item, { priority, nowMs, estimatedMs }) {
      lanes[priority].set(item, { item, turn: nowMs + patience[priority], estimatedMs })
      laneMs[priority] += estimatedMs
    },
    remove(item) {
      for (const priority of priorities) {
        const waiting = lanes[priority].get(item)
        if (waiting === undefined) continue
        lanes[priority].delete(item)
        laneMs[priority] = lanes[priority].size === 0 ? 0 : laneMs[priority] - waiting.estimatedMs
        return true
      }
      return false
    },
    first() {
      let best: Waiting<T> | undefined
      for (const priority of priorities) {
        const head = lanes[priority].values().next().value
        // Of equal turns the higher priority goes first: it comes later in the list.
        if (head !== undefined && (best === undefined || head.turn <= best.turn)) best = head
      }
      return best?.item
    },
    ordered: () => merge([lanes.high, lanes.normal, lanes.low]),
    get size() {
      return lanes.low.size + lanes.normal.size + lanes.high.size
    },
    sizeOf: (priority) => lanes[priority].size,
    aheadMs(priority, nowMs) {
      const turn = nowMs + patience[priority]
      // What came before with the same or a higher priority stands before it whatever its age.
      const isAhead = (lane: Priority) => patience[lane] <= patience[priority]
      return priorities.reduce((sum, lane) => sum + (isAhead(lane) ? laneMs[lane] : aheadIn(lane, turn)), 0)
    },
    get totalMs() {
      return laneMs.low + laneMs.normal + laneMs.high
    },
  }
}

/** Each lane is in order already, because its items came in the order of time. */
function* merge<T>(lanes: readonly Map<T, Waiting<T>>[]): Generator<T> {
  const iterators = lanes.map((lane) => lane.values())
  const heads = iterators.map((iterator) => iterator.next().value)
  for (;;) {
    let best = -1
    for (let at = 0; at < heads.length; at++) {
      const turn = heads[at]?.turn
      if (turn !== undefined && (best === -1 || turn < (heads[best]?.turn ?? Infinity))) best = at
    }
    const head = heads[best]
    if (head === undefined) return
    heads[best] = iterators[best]?.next().value
    yield head.item
  }
}
