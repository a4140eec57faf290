import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { createWallet } from './createWallet.ts'
import { importKey } from './importKey.ts'
import { listWallets } from './listWallets.ts'
import { openWallet } from './openWallet.ts'

const secrets = { password: 'correct horse battery', scryptN: 1024 }

describe('wallets', () => {
  let dir: string
  before(async () => {
    dir = join(await mkdtemp(join(tmpdir(), 'dim-wallets-')), 'wallets')
  })
  after(() => rm(join(dir, '..'), { recursive: true }))

  it('are made, imported, listed without a password and opened with it', async () => {
    assert.deepEqual(await listWallets({ dir }), [])
    const made = await createWallet({ dir, name: 'main', ...secrets })
    const privateKey = generatePrivateKey()
    const brought = await importKey({
      dir,
      name: 'old',
      privateKey: ` ${privateKey.slice(2).toUpperCase()}\n`,
      ...secrets,
    })
    assert.equal(brought.address, privateKeyToAddress(privateKey))
    assert.deepEqual(await listWallets({ dir }), [
      { name: 'main', address: made.address, path: join(dir, 'main.json') },
      { name: 'old', address: brought.address, path: join(dir, 'old.json') },
    ])
    assert.equal((await openWallet({ dir, name: 'main', password: secrets.password })).address, made.address)
    assert.equal((await stat(join(dir, 'main.json'))).mode & 0o777, 0o600)
  })

  it('are never overwritten, not even by two writers at once', async () => {
    await assert.rejects(createWallet({ dir, name: 'main', ...secrets }), { code: 'KEY_EXISTS' })
    const both = await Promise.allSettled([1, 2].map(() => createWallet({ dir, name: 'race', ...secrets })))
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.ok(!(await readdir(dir)).some((file) => file.endsWith('.tmp')))
  })

  it('are refused with a bad key, a bad name, a wrong password', async () => {
    const bad = ['', '0x12', 'zz'.repeat(32), '0'.repeat(64), 'f'.repeat(64)]
    for (const privateKey of bad) {
      await assert.rejects(
        importKey({ dir, name: 'bad', privateKey, ...secrets }),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, 'PRIVATE_KEY_INVALID')
          assert.ok(privateKey === '' || !`${error.message}${error.stack}`.includes(privateKey))
          return true
        },
      )
    }
    for (const name of ['', '../x', 'a/b', '.hidden', 'a'.repeat(65)]) {
      await assert.rejects(createWallet({ dir, name, ...secrets }), { code: 'WALLET_NAME_INVALID' })
    }
    await assert.rejects(openWallet({ dir, name: 'main', password: 'wrong horse' }), {
      code: 'KEYSTORE_PASSWORD_WRONG',
    })
    await assert.rejects(openWallet({ dir, name: 'none', password: 'x' }), { code: 'KEY_MISSING' })
  })
})
