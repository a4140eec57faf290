export type RpcEndpoint = {
  /** Without credentials: fetch refuses them in a URL, and they belong in no message. */
  url: string
  headers: Readonly<Record<string, string>>
}

/** Where the daemon's RPC is and what opens it (its `API.Authorizations`, kind basic). */
export function rpcEndpoint(apiUrl: string): RpcEndpoint {
  const url = new URL(apiUrl)
  const credentials = [url.username, url.password].map(decodeURIComponent).join(':')
  url.username = ''
  url.password = ''
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  return { url: url.toString().replace(/\/$/, ''), headers: credentials === ':' ? {} : { authorization } }
}
