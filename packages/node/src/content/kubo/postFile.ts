import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

export type Answer = { status: number; body: string; streamError: string | undefined }

async function* multipart(source: AsyncIterable<Uint8Array>, boundary: string) {
  const disposition = 'Content-Disposition: form-data; name="file"; filename="file"'
  yield Buffer.from(`--${boundary}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`)
  yield* source
  yield Buffer.from(`\r\n--${boundary}--\r\n`)
}

/** Posts one file as a form, no faster than it is taken: fetch would hold in memory what waits. */
export async function postFile(
  url: URL,
  source: AsyncIterable<Uint8Array>,
  { headers, signal }: { headers: Readonly<Record<string, string>>; signal: AbortSignal | undefined },
): Promise<Answer> {
  const boundary = randomUUID()
  const type = { 'content-type': `multipart/form-data; boundary=${boundary}` }
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
    ...{ method: 'POST', headers: { ...headers, ...type } },
    ...(signal && { signal }),
  })
  const answered = once(request, 'response')
  // The upload reports what breaks it; this keeps the other half from being unhandled.
  answered.catch(() => {})
  await pipeline(Readable.from(multipart(source, boundary)), request, { ...(signal && { signal }) })
  const [response] = await answered
  const body = await text(response)
  return { status: response.statusCode ?? 0, body, streamError: response.trailers['x-stream-error'] }
}
