import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endpointsToProviders } from './endpointsToProviders.ts'
import { providersToEndpoints } from './providersToEndpoints.ts'

describe('endpointsToProviders', () => {
  for (const [endpoint, back] of [
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
    ['https://dim.example.org', 'https://dim.example.org:443'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
    ['https://example.org:8443/node/one', 'https://example.org:8443/node/one'],
  ] as const) {
    it(`keeps ${endpoint} on the way to a multiaddr and back`, () => {
      assert.deepEqual(providersToEndpoints(endpointsToProviders([endpoint])), [back])
    })
  }

  it('leaves out addresses of other transports', () => {
    const [http] = endpointsToProviders(['http://127.0.0.1:1'])
    assert.equal(http?.[0]?.toString(), '/ip4/127.0.0.1/tcp/1/http')
  })

  it('refuses what is no http URL', () => {
    for (const endpoint of ['ftp://x', 'nonsense', '']) {
      assert.throws(() => endpointsToProviders([endpoint]), { code: 'ENDPOINT_INVALID' })
    }
  })
})
