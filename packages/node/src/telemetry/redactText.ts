import { redactUrl } from '../config/redactUrl.ts'

/** Takes path and query off every address in a text: chain clients quote the RPC's, key included, in their errors. */
export function redactText(text: string): string {
  return text.replace(/https?:\/\/[^\s"'<>)\]}]+/g, redactUrl)
}
