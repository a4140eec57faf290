import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { configRows } from './config/configRows.ts'
import type { Environment } from './config/environment.ts'
import { loadConfig } from './config.ts'

const shipped = (name: string) => fileURLToPath(new URL(`../../../config/${name}.yaml`, import.meta.url))

describe('loadConfig', () => {
  let home: string
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'dim-config-'))
  })
  after(() => rm(home, { recursive: true }))

  const load = async (text: string, environment: Environment = {}) => {
    const file = join(home, 'node.yaml')
    await writeFile(file, text)
    return loadConfig({ file, environment: { DIM_HOME: home, ...environment } })
  }

  const refused = async (text: string, environment: Environment, ...parts: readonly (string | RegExp)[]) => {
    await assert.rejects(load(text, environment), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'CONFIG_INVALID')
      for (const part of parts) assert.match(error.message, new RegExp(part))
      return true
    })
  }

  it('has a default for every key that needs one', async () => {
    const { config, origins } = await loadConfig({ environment: { DIM_HOME: home } })
    assert.equal(config.node.maxConcurrentJobs, 10)
    assert.equal(config.models.maxCacheGb, 50)
    assert.equal(config.log.level, 'info')
    assert.equal(config.job.timeoutMs, 120_000)
    assert.equal(config.http.port, 3000)
    assert.equal(config.keystore.path, join(home, 'keystore'))
    assert.equal(config.passwordFile, undefined)
    assert.ok(Object.values(origins).every(({ origin }) => origin === 'default'))
  })

  for (const name of ['dev', 'prod']) {
    it(`accepts config/${name}.yaml as it is shipped`, async () => {
      const { config, origins } = await loadConfig({ file: shipped(name), environment: { DIM_HOME: home } })
      assert.equal(origins['node.id']?.origin, 'file')
      assert.equal(config.models.cacheDir, resolve(config.models.cacheDir))
    })
  }

  it('keeps secrets out of the shipped files', async () => {
    for (const name of ['dev', 'prod']) {
      assert.doesNotMatch(await readFile(shipped(name), 'utf8'), /0x[0-9a-f]{64}|password:/i)
    }
  })

  it('takes devices below /dev and nothing that leads out of it', async () => {
    const { config } = await load('sandbox: { devices: [/dev/dri/renderD128] }')
    assert.deepEqual(config.sandbox.devices, ['/dev/dri/renderD128'])
    for (const path of ['/etc/passwd', '/dev/../etc', '/dev/dri/../../etc'])
      await assert.rejects(load(`sandbox: { devices: [${path}] }`), { code: 'CONFIG_INVALID' })
  })

  it('reads JSON as well', async () => {
    const { config } = await load('{"log": {"level": "warn"}}')
    assert.equal(config.log.level, 'warn')
  })

  it('is found in the home folder without being named', async () => {
    await writeFile(join(home, 'config.yaml'), 'node: { id: from-home }')
    const { config, file } = await loadConfig({ environment: { DIM_HOME: home } })
    await rm(join(home, 'config.yaml'))
    assert.equal(config.node.id, 'from-home')
    assert.equal(file, join(home, 'config.yaml'))
  })

  it('lets the environment win and tells where each value came from', async () => {
    const { config, origins } = await load(
      'node: { id: file }\nchain: { pollMs: 50, rpcUrl: "http://a.example" }',
      {
        NODE_ID: 'env',
        DIM_CHAIN_RPC_URL: 'https://user:pass@rpc.example/v2/abc123',
        DIM_NODE_ROLES: 'provider',
        DIM_HTTP_PORT: '0',
      },
    )
    assert.equal(config.node.id, 'env')
    assert.deepEqual(config.node.roles, ['provider'])
    assert.equal(config.http.port, 0)
    assert.equal(config.chain.pollMs, 50)
    assert.deepEqual(origins['node.id'], { origin: 'env', source: 'NODE_ID' })
    assert.deepEqual(origins['chain.pollMs'], { origin: 'file', source: join(home, 'node.yaml') })
    assert.deepEqual(origins['log.level'], { origin: 'default' })
  })

  it('shows every key without secrets', async () => {
    const loaded = await load('models: { serve: [{ name: line-reader, askUsdc: 0.01 }] }', {
      DIM_CHAIN_RPC_URL: 'https://user:pass@rpc.example/v2/abc123',
    })
    const rows = configRows(loaded)
    const text = JSON.stringify(rows)
    assert.doesNotMatch(text, /abc123|pass@/)
    assert.match(rows.find(({ key }) => key === 'chain.rpcUrl')?.value ?? '', /rpc\.example/)
    assert.match(rows.find(({ key }) => key === 'models.serve')?.value ?? '', /"askUsdc":"10000"/)
  })

  it('holds amounts in units of 1e-6 USDC', async () => {
    const { config } = await load(
      'models: { serve: [{ name: a, askUsdc: 1.25 }, { name: b, askUsdc: "0.000001" }] }',
    )
    assert.deepEqual(
      config.models.serve.map(({ askUsdc }) => askUsdc),
      [1_250_000n, 1n],
    )
  })

  it('chooses the store of content, by file or environment, and refuses one that there is not', async () => {
    const environment = {
      DIM_HOME: home,
      DIM_IPFS_MODE: 'kubo',
      DIM_IPFS_API_URL: 'http://u:secret@127.0.0.1:5001',
    }
    const loaded = await loadConfig({ environment })
    assert.equal(loaded.config.ipfs.mode, 'kubo')
    assert.doesNotMatch(JSON.stringify(configRows(loaded)), /secret/)
    for (const wrong of [{ DIM_IPFS_MODE: 's3' }, { DIM_IPFS_BOOTSTRAP: '/ip4/127.0.0.1/tcp/1' }])
      await assert.rejects(loadConfig({ environment: { DIM_HOME: home, ...wrong } }), {
        code: 'CONFIG_INVALID',
      })
  })

  it('is frozen to its depth', async () => {
    const { config } = await load('')
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.node) && Object.isFrozen(config.node.roles))
  })

  it('reads paths of a file relative to it', async () => {
    const { config } = await load('node: { dataDir: ./state }')
    assert.equal(config.node.dataDir, join(home, 'state'))
  })

  it('names a misspelt key and the likely one', async () => {
    await refused(
      'chain: { rpcURl: "http://a" }',
      {},
      'chain.rpcURl is not a setting',
      'did you mean chain.rpcUrl',
    )
    await refused('log: { pollMs: 4 }', {}, 'log.pollMs', 'did you mean chain.pollMs')
    await refused('chian: {}', {}, 'chian is not a setting', 'did you mean chain')
    await refused('', { DIM_CHAIN_RPCURL: 'http://a' }, 'DIM_CHAIN_RPCURL', 'did you mean DIM_CHAIN_RPC_URL')
  })

  it('names path, rule, source and an example', async () => {
    await refused(
      'chain: { pollMs: soon }',
      {},
      'chain.pollMs',
      'expected number',
      'Example: chain.pollMs: 1000',
    )
    await refused('', { DIM_CHAIN_POLL_MS: '-1' }, 'chain.pollMs \\(from DIM_CHAIN_POLL_MS\\)', '>=10')
    await refused('http: { publicUrl: ftp://x }', {}, 'http.publicUrl', 'Example: http.publicUrl: https://')
    await refused(
      'models: { serve: [{ name: a, askUsdc: 0.0000001 }] }',
      {},
      'models.serve.0.askUsdc',
      '6 decimals',
    )
    await refused(
      'models: { serve: [{ askUsdc: 1 }] }',
      {},
      'models.serve.0',
      'exactly one of modelKey and name',
    )
  })

  it('refuses what is no map, no YAML, or not there', async () => {
    await refused('- a', {}, 'map of sections')
    await refused('a: [', {}, 'neither YAML nor JSON')
    await assert.rejects(loadConfig({ file: join(home, 'no.yaml'), environment: { DIM_HOME: home } }), {
      code: 'CONFIG_INVALID',
    })
  })
})
