/** Names and values in two columns; fields without a value are left out. */
export function formatFields(fields: Readonly<Record<string, string | undefined>>): string {
  const shown = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const size = Math.max(0, ...shown.map(([name]) => name.length))
  return shown
    .map(([name, value]) => `${name.padEnd(size)}  ${value.replaceAll('\n', `\n${' '.repeat(size + 2)}`)}`)
    .join('\n')
}
