import { BackendAnswerTooLargeError } from '../errors.ts'

const MAX_LINE = 4 * 1_048_576

/**
 * The data of server-sent events, one by one (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * An event that the connection cuts off is dropped, as the specification says.
 */
export async function* serverEvents(
  body: AsyncIterable<Uint8Array>,
  { url, maxBytes }: { url: string; maxBytes: number },
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let bytes = 0
  let rest = ''
  let data: string[] = []
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new BackendAnswerTooLargeError(url, maxBytes)
    rest += decoder.decode(chunk, { stream: true })
    // A carriage return at the very end may be half of a line end.
    const lines = rest.split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE) throw new BackendAnswerTooLargeError(url, MAX_LINE)
    for (const line of lines) {
      if (line === '' && data.length > 0) {
        yield data.join('\n')
        data = []
      } else if (line.startsWith('data:')) {
        data.push(line.slice(line.startsWith('data: ') ? 6 : 5))
      }
    }
  }
  if (rest === '\r' && data.length > 0) yield data.join('\n')
}
