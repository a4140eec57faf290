/** One line of JSON; bigints become decimal strings, bytes become 0x-hex. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return item.toString()
    if (item instanceof Uint8Array) return `0x${Buffer.from(item).toString('hex')}`
    return item
  })
}
