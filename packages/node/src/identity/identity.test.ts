import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Envelope, ProviderRecord } from '@dim/sdk'
import { Keystore } from 'ox'
import { bytesToHex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { createIdentity } from './createIdentity.ts'
import { generateHpkeKey } from './generateHpkeKey.ts'
import type { Identity } from './identity.ts'
import { openIdentity } from './openIdentity.ts'
import { readPasswordFile } from './readPasswordFile.ts'
import { rotateHpkeKey } from './rotateHpkeKey.ts'
import { signProviderRecord } from './signProviderRecord.ts'

const password = 'correct horse battery'
const scryptN = 1024
const deployment = {
  chainId: 31_337,
  genesisHash: `0x${'01'.repeat(32)}`,
  deployedAtBlock: 1n,
  usdc: `0x${'11'.repeat(20)}`,
  modelRegistry: `0x${'22'.repeat(20)}`,
  providerRegistry: `0x${'33'.repeat(20)}`,
  jobEscrow: `0x${'44'.repeat(20)}`,
} as const

describe('the identity of a node', () => {
  let root: string
  let dir: string
  let created: Identity
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'dim-identity-'))
    dir = join(root, 'keys')
    created = await createIdentity({ dir, password, scryptN })
  })
  after(() => rm(root, { recursive: true }))

  it('opens with the same keys', async () => {
    const opened = await openIdentity({ dir, password })
    assert.equal(opened.account.address, created.account.address)
    assert.equal(opened.serviceAccount.address, created.serviceAccount.address)
    assert.notEqual(opened.account.address, opened.serviceAccount.address)
    assert.deepEqual(opened.hpke, created.hpke)
  })

  it('lies in files that only the owner can read, in which no key stands', async () => {
    const files = await readdir(dir)
    assert.deepEqual(files.sort(), ['account.json', 'hpke.json', 'service.json'])
    for (const file of files) {
      assert.equal((await stat(join(dir, file))).mode & 0o777, 0o600)
      const text = (await readFile(join(dir, file), 'utf8')).toLowerCase()
      assert.ok(!text.includes(bytesToHex(created.hpke.current.privateKey).slice(2)))
    }
    assert.equal((await stat(dir)).mode & 0o777, 0o700)
  })

  it('is readable by any wallet that knows Web3 Secret Storage', async () => {
    const file = JSON.parse(await readFile(join(dir, 'account.json'), 'utf8'))
    const key = Keystore.decrypt(file, Keystore.toKey(file, { password }))
    assert.equal(privateKeyToAddress(key), created.account.address)
    assert.equal(`0x${file.address}`, created.account.address.toLowerCase())
  })

  it('uses scrypt at its standard cost unless told otherwise', async () => {
    const other = join(root, 'standard')
    await createIdentity({ dir: other, password })
    const { crypto } = JSON.parse(await readFile(join(other, 'account.json'), 'utf8'))
    assert.deepEqual({ ...crypto.kdfparams, salt: '' }, { dklen: 32, n: 262_144, r: 8, p: 1, salt: '' })
  })

  it('takes a key that the operator brings', async () => {
    const privateKey = generatePrivateKey()
    const { account } = await createIdentity({ dir: join(root, 'own'), password, scryptN, privateKey })
    assert.equal(account.address, privateKeyToAddress(privateKey))
  })

  it('is never overwritten, but completed after a crash in its making', async () => {
    await assert.rejects(createIdentity({ dir, password, scryptN }), { code: 'KEY_EXISTS' })
    const half = join(root, 'half')
    await createIdentity({ dir: half, password, scryptN })
    await rm(join(half, 'account.json'))
    const { account } = await createIdentity({ dir: half, password, scryptN })
    assert.equal((await openIdentity({ dir: half, password })).account.address, account.address)
  })

  it('is refused with a wrong password, a short one, and where it is not', async () => {
    await assert.rejects(openIdentity({ dir, password: 'wrong horse' }), { code: 'KEYSTORE_PASSWORD_WRONG' })
    await assert.rejects(createIdentity({ dir: join(root, 'short'), password: '1234567' }), {
      code: 'PASSWORD_WEAK',
    })
    await assert.rejects(openIdentity({ dir: join(root, 'nowhere'), password }), { code: 'KEY_MISSING' })
  })

  for (const file of ['account.json', 'service.json', 'hpke.json']) {
    it(`is refused while others can read ${file}`, async () => {
      for (const mode of [0o640, 0o604, 0o660]) {
        await chmod(join(dir, file), mode)
        await assert.rejects(openIdentity({ dir, password }), {
          code: 'KEY_FILE_READABLE',
          message: /chmod 600/,
        })
      }
      await chmod(join(dir, file), 0o600)
    })
  }

  it('is refused when a file is damaged, without quoting it', async () => {
    const secret = generatePrivateKey()
    const path = join(root, 'damaged')
    await createIdentity({ dir: path, password, scryptN })
    for (const text of [secret, `{"privateKey":"${secret}"}`, '']) {
      await writeFile(join(path, 'account.json'), text)
      await assert.rejects(openIdentity({ dir: path, password }), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'KEYSTORE_INVALID')
        assert.ok(!JSON.stringify([error.message, error.stack, error.cause]).includes(secret.slice(2, 20)))
        return true
      })
    }
  })

  it('has encryption keys that open what is sealed to them', async () => {
    const { publicKey, privateKey } = generateHpkeKey()
    const payload = new TextEncoder().encode('for the provider alone')
    const { root: sealed } = await Envelope.seal({ payload, recipientKey: publicKey })
    const getChunk = async (): Promise<never> => assert.fail('a small payload has no chunks')
    assert.deepEqual(await Envelope.open({ root: sealed, getChunk, privateKey }), payload)
  })

  it('retires encryption keys and keeps them for their time', async () => {
    const before = created.hpke.current
    const next = await rotateHpkeKey({ dir, password, now: 100, retireAfter: 1000, scryptN })
    const opened = await openIdentity({ dir, password })
    assert.deepEqual(opened.hpke.current, next)
    assert.deepEqual(opened.hpke.all, [next, { ...before, retireAfter: 1000 }])
    await rotateHpkeKey({ dir, password, now: 1001, retireAfter: 2000, scryptN })
    const later = await openIdentity({ dir, password })
    assert.deepEqual(
      later.hpke.all.map(({ retireAfter }) => retireAfter),
      [undefined, 2000],
    )
  })

  it('signs its record so that a client can check endpoint and keys', async () => {
    const endpoint = 'https://alice.example'
    const signed = await signProviderRecord({
      identity: created,
      deployment,
      endpoint,
      version: 3n,
      expiresAt: 2_000_000_000,
    })
    const { record, signature } = signed
    const signer = created.account.address
    assert.equal(await ProviderRecord.verify(deployment, record, { signature, signer }), true)
    assert.equal(record.endpointHash, ProviderRecord.hashEndpoint(endpoint))
    assert.equal(record.hpkeKey, bytesToHex(created.hpke.current.publicKey))
    assert.equal(record.serviceKey, created.serviceAccount.address)
    const changed = { ...record, serviceKey: deployment.usdc }
    assert.equal(await ProviderRecord.verify(deployment, changed, { signature, signer }), false)
  })

  it('reads a password from a private file only', async () => {
    const path = join(root, 'password')
    await writeFile(path, 'first line\nsecond', { mode: 0o600 })
    assert.equal(await readPasswordFile(path), 'first line')
    await chmod(path, 0o644)
    await assert.rejects(readPasswordFile(path), { code: 'KEY_FILE_READABLE' })
    await assert.rejects(readPasswordFile(join(root, 'nowhere')), { code: 'PASSWORD_FILE_MISSING' })
    await assert.rejects(readPasswordFile(root), { code: 'PASSWORD_FILE_MISSING' })
  })
})
