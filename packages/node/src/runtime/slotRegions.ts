type Region = { offset: number; bytes: number }

const alignment = 4096

export type SlotRegions = {
  /** Offset of a free region of at least so many bytes; undefined when there is none. */
  take(bytes: number): number | undefined
  give(offset: number): void
}

/** Hands out parts of a slot file; few are out at any time, so the first gap that fits is found by looking. */
export function createSlotRegions(totalBytes: number): SlotRegions {
  const taken: Region[] = []
  return {
    take(wanted) {
      const bytes = Math.ceil(wanted / alignment) * alignment
      let offset = 0
      for (let at = 0; at <= taken.length; at++) {
        const end = taken[at]?.offset ?? totalBytes
        if (offset + bytes <= end) {
          taken.splice(at, 0, { offset, bytes })
          return offset
        }
        const next = taken[at]
        if (next !== undefined) offset = next.offset + next.bytes
      }
      return undefined
    },
    give(offset) {
      const at = taken.findIndex((region) => region.offset === offset)
      if (at !== -1) taken.splice(at, 1)
    },
  }
}
