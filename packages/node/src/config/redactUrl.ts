/** RPC addresses often carry a key in path, query or user part: what is shown keeps scheme and host. */
export function redactUrl(text: string): string {
  if (!URL.canParse(text)) return '[redacted]'
  const url = new URL(text)
  const user = url.username || url.password ? '[redacted]@' : ''
  const rest = url.pathname === '/' && !url.search && !url.hash ? '' : '/[redacted]'
  return `${url.protocol}//${user}${url.host}${rest}`
}
