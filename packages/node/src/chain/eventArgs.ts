type Args = Readonly<Record<string, unknown>>

const TAG = '$bigint'

const isTagged = (value: unknown): value is Record<typeof TAG, string> =>
  typeof value === 'object' && value !== null && TAG in value

/** Arguments of an event as JSON text, bigints kept apart from numbers and strings. */
export function encodeArgs(args: Args): string {
  return JSON.stringify(args, (_, value) => (typeof value === 'bigint' ? { [TAG]: value.toString() } : value))
}

export function decodeArgs(text: string): Args {
  return JSON.parse(text, (_, value) => (isTagged(value) ? BigInt(value[TAG]) : value)) as Args
}
