import {
  BackendFailedError,
  BackendRedirectedError,
  BackendRefusedError,
  BackendUnauthorizedError,
  BackendUnavailableError,
} from '../errors.ts'
import type { HttpAnswer } from './httpCall.ts'
import { readBody } from './readBody.ts'

const MAX_EXCERPT = 500
const busy: readonly number[] = [408, 425, 429, 502, 503, 504]

/** Throws the error that an HTTP status means, with what the server says about it; never with the key. */
export async function assertAccepted(
  url: string,
  answer: HttpAnswer,
  secret: string | undefined,
): Promise<void> {
  const { status } = answer
  if (status >= 200 && status < 300) return
  if (status >= 300 && status < 400) {
    answer.drop()
    throw new BackendRedirectedError(url, `HTTP ${status}`)
  }
  const details = await excerpt(url, answer, secret)
  const named = `HTTP ${status}`
  if (status === 401 || status === 403) throw new BackendUnauthorizedError(url, named, { details })
  if (busy.includes(status)) throw new BackendUnavailableError(url, `cannot work now (${named})`, { details })
  if (status >= 500 || status < 200) throw new BackendFailedError(url, named, { details })
  throw new BackendRefusedError(url, named, { details })
}

async function excerpt(url: string, answer: HttpAnswer, secret: string | undefined): Promise<string> {
  const text = await readBody(url, answer, 65_536).then(
    (body) => body.toString('utf8'),
    () => '(its words were not to be had)',
  )
  const safe = secret === undefined ? text : text.replaceAll(secret, '[key]')
  return safe.replaceAll(/\s+/g, ' ').slice(0, MAX_EXCERPT)
}
