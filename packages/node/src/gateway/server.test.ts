import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { pino } from 'pino'
import { QuoteDeclinedError } from '../errors/quoteDeclined.ts'
import { StorageFailedError } from '../storage/storageFailed.ts'
import { createGateway } from './server.ts'
import type { GatewayServices } from './services.ts'

const nonce = `0x${'11'.repeat(32)}`
const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'

/** Every route but those under test fails loudly when it is called. */
const services = new Proxy(
  {
    quote: () => Promise.reject(new QuoteDeclinedError('CAPACITY_EXHAUSTED', 'all places are taken')),
    inputAllowance: async () => 16,
    getReadiness: () => ({ ready: false, reasons: ['MODEL_NOT_READY: loading'] }),
    getInfo: () => Promise.reject(new RangeError('secret of the inside')),
  } as unknown as GatewayServices,
  { get: (target, name) => Reflect.get(target, name) ?? (() => assert.fail(`${String(name)} was called`)) },
)

let app: FastifyInstance

before(async () => {
  const logger = pino({ level: 'silent' })
  app = await createGateway({ services, version: '1.2.3', requestsPerMinute: 40, logger })
})
after(() => app.close())

test('a refusal becomes problem details with its code', async () => {
  const payload = { client: `0x${'22'.repeat(20)}`, modelKey: nonce, inputBytes: 10 }
  const answer = await app.inject({ method: 'POST', url: '/api/quotes', payload })
  assert.equal(answer.statusCode, 503)
  assert.match(String(answer.headers['content-type']), /application\/problem\+json/)
  const problem = answer.json()
  assert.equal(problem.code, 'CAPACITY_EXHAUSTED')
  assert.equal(problem.status, 503)
  assert.equal(problem.retryable, true)
  assert.equal(problem.charged, 'Nothing was charged.')
})

test('a fault tells nothing of its inside', async () => {
  const answer = await app.inject('/api/info')
  assert.equal(answer.statusCode, 500)
  assert.equal(answer.json().code, 'INTERNAL')
  assert.doesNotMatch(answer.body, /secret/)
})

test('a fault with a code of its own is logged with its reason too', async () => {
  const lines: string[] = []
  const logger = pino({ level: 'error' }, { write: (line) => void lines.push(line) })
  const getInfo = () => Promise.reject(new StorageFailedError('node.sqlite', undefined))
  const failing = { ...services, getInfo } as GatewayServices
  const other = await createGateway({ services: failing, version: '1.2.3', requestsPerMinute: 40, logger })
  assert.equal((await other.inject('/api/info')).statusCode, 500)
  await other.close()
  assert.match(lines.join(''), /STORAGE_FAILED/)
})

const refused: [string, InjectOptions, number, string][] = [
  ['an unknown route', { url: '/nothing' }, 404, 'ROUTE_UNKNOWN'],
  [
    'a broken body',
    { method: 'POST', url: '/api/quotes', payload: '{', headers: { 'content-type': 'application/json' } },
    400,
    'REQUEST_INVALID',
  ],
  [
    'a wrong field',
    { method: 'POST', url: '/api/quotes', payload: { client: '0x1' } },
    400,
    'REQUEST_INVALID',
  ],
  [
    'a body that is too large',
    { method: 'POST', url: '/api/quotes', payload: { client: 'x'.repeat(20_000) } },
    413,
    'REQUEST_TOO_LARGE',
  ],
  ['a CID that is none', { url: '/ipfs/x' }, 400, 'REQUEST_INVALID'],
  ['a CID that only looks like one', { url: `/ipfs/b${'a'.repeat(30)}` }, 400, 'REQUEST_INVALID'],
  [
    'a block without a quote',
    { method: 'PUT', url: `/api/blocks/${cid}`, payload: 'x' },
    400,
    'REQUEST_INVALID',
  ],
  [
    'a block above its allowance',
    { method: 'PUT', url: `/api/blocks/${cid}`, payload: 'x'.repeat(17), headers: { 'x-dim-quote': nonce } },
    413,
    'INPUT_TOO_LARGE',
  ],
]

for (const [name, request, status, code] of refused) {
  test(`refused: ${name}`, async () => {
    const answer = await app.inject(request)
    assert.equal(answer.statusCode, status, answer.body)
    assert.equal(answer.json().code, code)
  })
}

test('a stream above its allowance is cut off although its length was not declared', async () => {
  const { Readable } = await import('node:stream')
  const answer = await app.inject({
    method: 'PUT',
    url: `/api/blocks/${cid}`,
    headers: { 'x-dim-quote': nonce, 'content-type': 'application/vnd.ipld.raw' },
    payload: Readable.from([Buffer.alloc(10), Buffer.alloc(10)]),
  })
  assert.equal(answer.statusCode, 413)
  assert.equal(answer.json().code, 'INPUT_TOO_LARGE')
})

test('healthz is alive while readyz says why not', async () => {
  assert.equal((await app.inject('/healthz')).statusCode, 200)
  const ready = await app.inject('/readyz')
  assert.equal(ready.statusCode, 503)
  assert.deepEqual(ready.json().reasons, ['MODEL_NOT_READY: loading'])
})

test('the description declares every route and its refusals', async () => {
  const { paths, info } = (await app.inject('/openapi.json')).json()
  assert.equal(info.version, '1.2.3')
  const expected = [
    '/api/info',
    '/api/network',
    '/api/models',
    '/api/models/blocks/{cid}',
    '/api/quotes',
    '/api/blocks/{cid}',
    '/api/inference/submit',
    '/api/inference/status/{jobId}',
    '/api/accept',
    '/ipfs/{cid}',
    '/healthz',
    '/readyz',
  ]
  assert.deepEqual(Object.keys(paths).sort(), expected.sort())
  assert.deepEqual(Object.keys(paths['/api/inference/submit'].post.responses), [
    '200',
    '400',
    '403',
    '404',
    '409',
    '410',
    '422',
    '429',
    '500',
    '503',
  ])
})

test('one address that asks too often is told to wait', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => app.inject('/api/info')))
  const limited = answers.find(({ statusCode }) => statusCode === 429)
  assert.equal(limited?.json().code, 'RATE_LIMITED')
})
