import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { BaseError } from '@dim/sdk'
import { bytesToHex } from 'viem'
import { generatePrivateKey } from 'viem/accounts'
import { createIdentity } from '../identity/createIdentity.ts'
import { createLogger } from './logger.ts'

function capture(format: 'json' | 'pretty' = 'json') {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  const logger = createLogger({ level: 'trace', format, stream, fields: { node: 'alice' } })
  return { logger, text: () => lines.join(''), last: () => JSON.parse(lines.at(-1) ?? '{}') }
}

class OuterError extends BaseError {
  override readonly code = 'OUTER'
}

class Session {
  readonly key: string
  constructor(key: string) {
    this.key = key
  }
}

describe('createLogger', () => {
  it('writes one JSON object a line with level, time and the fields of the node', () => {
    const { logger, last } = capture()
    logger.info({ jobId: '0x01', priceUsdc: 12n }, 'job accepted')
    const { time, ...rest } = last()
    assert.ok(Number.isFinite(Date.parse(time)))
    assert.deepEqual(rest, {
      level: 'info',
      node: 'alice',
      jobId: '0x01',
      priceUsdc: '12',
      msg: 'job accepted',
    })
  })

  it('writes for people where asked', () => {
    const { logger, text } = capture('pretty')
    logger.warn({ jobId: '0x01' }, 'late')
    assert.match(text(), /WARN.*late/)
    assert.match(text(), /jobId: "0x01"/)
  })

  it('keeps silent below its level', () => {
    const lines: string[] = []
    const logger = createLogger({
      level: 'warn',
      format: 'json',
      stream: { write: (line) => void lines.push(line) },
    })
    logger.info('nothing')
    assert.deepEqual(lines, [])
  })

  it('unfolds errors with code and causes', () => {
    const { logger, last } = capture()
    const cause = new OuterError('inner', { hint: 'look' })
    logger.error({ err: new OuterError('outer', { cause }) }, 'failed')
    assert.equal(last().err.code, 'OUTER')
    assert.match(last().err.cause.message, /inner/)
  })

  it('survives objects that refer to themselves', () => {
    const { logger, last } = capture()
    const loop: Record<string, unknown> = {}
    loop.self = loop
    logger.info({ loop }, 'looped')
    assert.equal(last().msg, 'looped')
  })

  for (const format of ['json', 'pretty'] as const) {
    it(`writes no key, password or RPC key, wherever they stand (${format})`, async () => {
      const { logger, text } = capture(format)
      const dir = await mkdtemp(join(tmpdir(), 'dim-logger-'))
      const privateKey = generatePrivateKey()
      const password = 'a very secret password'
      const identity = await createIdentity({ dir, password, privateKey, scryptN: 1024 })
      await rm(dir, { recursive: true })
      const rpcUrl = 'https://user:hunter2@rpc.example/v2/s3cr3tkey?apikey=s3cr3tkey'
      const secrets = [privateKey.slice(2), bytesToHex(identity.hpke.current.privateKey).slice(2), password]
      const raw = `0x02f8${'ab'.repeat(80)}`
      logger.info({ identity, privateKey, password }, 'all at once')
      logger.info({ deep: { list: [{ privateKey }, { password, passphrase: password }] } })
      logger.info({ config: { chain: { rpcUrl } }, raw, serializedTransaction: raw })
      const quoting = new OuterError(`HTTP request failed. URL: ${rpcUrl} Request body: {}`)
      logger.error(quoting)
      logger.error({ err: quoting })
      logger.error({ err: new OuterError('outer', { cause: quoting }) }, `not reached: ${rpcUrl}`)
      logger.warn(`%s at ${rpcUrl}`, 'failed')
      const failure = Object.assign(new OuterError('failed'), { privateKey, password })
      logger.error(failure)
      logger.error({ err: new OuterError('outer', { cause: failure }) })
      logger
        .child({ privateKey, request: { headers: { authorization: password, cookie: password } } })
        .info('child')
      logger.info({
        map: new Map([['privateKey', privateKey]]),
        url: new URL(rpcUrl),
        session: new Session(privateKey),
      })
      logger.info({ key: identity.hpke.current.privateKey, list: [identity.hpke.current] })
      for (const secret of [...secrets, 's3cr3tkey', 'hunter2', raw]) {
        assert.ok(!text().toLowerCase().includes(secret.toLowerCase()), `${secret} was logged`)
      }
      assert.match(text(), /rpc\.example/)
      assert.match(text(), /\[redacted\]/)
    })
  }
})
