import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse as parseYaml } from 'yaml'
import { configRows } from './configRows.ts'
import { parseConfig } from './parseConfig.ts'

const entry = { name: 'llama', kind: 'openai', url: 'http://127.0.0.1:8000/v1', model: 'llama-3' }

const parse = (backends: unknown, environment = {}) =>
  parseConfig({ home: '/home', environment, file: { path: '/node.yaml', content: { backends } as never } })

describe('backends in the configuration', () => {
  it('are none by default, and have limits by default', () => {
    assert.deepEqual(parse(undefined).config.backends, [])
    const [backend] = parse([{ ...entry, limits: { idleMs: 1_000 } }]).config.backends
    assert.deepEqual(
      [backend?.limits.idleMs, backend?.limits.connectMs, backend?.limits.maxTokens],
      [1_000, 5_000, 1_024],
    )
  })

  it('are written as the guide shows', () => {
    const guide = readFileSync(new URL('../../../../docs/backends.md', import.meta.url), 'utf8')
    const example = parseYaml(/```yaml\n(.*?)```/s.exec(guide)?.[1] ?? '')
    const { config } = parseConfig({
      home: '/home',
      environment: {},
      file: { path: '/node.yaml', content: example },
    })
    assert.deepEqual(
      config.backends.map(({ kind, model }) => [kind, model]),
      [
        ['openai', 'alphabet'],
        ['oip', 'echo'],
      ],
    )
  })

  it('may speak gRPC where the protocol does', () => {
    const url = 'grpc://127.0.0.1:8001'
    assert.equal(parse([{ ...entry, kind: 'oip', url }]).config.backends[0]?.url, url)
  })

  const wrong: readonly [string, object, RegExp][] = [
    ['both a key and a name', { modelKey: `0x${'ab'.repeat(32)}` }, /exactly one of modelKey and name/],
    ['neither', { name: undefined }, /exactly one of modelKey and name/],
    ['an unknown kind', { kind: 'tgi' }, /backends\.0\.kind/],
    ['no address', { url: 'localhost' }, /backends\.0\.url/],
    ['an address of another protocol', { url: 'grpc://127.0.0.1:1' }, /backends\.0\.url: is not an address/],
    ['a password in the address', { url: 'http://me:secret@host/' }, /backends\.0\.url: holds a password/],
    ['a query', { url: 'http://host/?key=1' }, /backends\.0\.url: has a query/],
    ['a key instead of its variable', { apiKeyEnv: 'sk-123' }, /apiKeyEnv: is not the name/],
    ['a misspelt setting', { limit: {} }, /backends\.0\.limit/],
  ]
  for (const [name, change, message] of wrong) {
    it(`are refused with ${name}`, () => {
      assert.throws(() => parse([{ ...entry, ...change }]), { code: 'CONFIG_INVALID', message })
    })
  }

  it('read their keys from the variables that they name, and no others', () => {
    const environment = { LLAMA_KEY: 'sk-secret', OTHER: 'x', EMPTY: '' }
    const loaded = parse([{ ...entry, apiKeyEnv: 'LLAMA_KEY' }], environment)
    assert.equal(loaded.config.readApiKey('LLAMA_KEY'), 'sk-secret')
    assert.equal(loaded.config.readApiKey('OTHER'), undefined)
    assert.ok(!JSON.stringify([loaded.config, configRows(loaded)], bigints).includes('sk-secret'))
  })
})

const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
