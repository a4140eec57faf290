import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { parseOptions } from './options.ts'

describe('the command line of a deployment', () => {
  it('names a network', () => {
    assert.equal(parseOptions(['--network', 'amoy']).network, 'amoy')
    for (const args of [[], ['--network', 'mainnet'], ['--network', 'toString'], ['--netwrok', 'amoy']])
      assert.throws(() => parseOptions(args), { code: 'USAGE' })
  })

  it('takes what a dry run needs, and for a dry run only', () => {
    const extra = ['--deployer', `0x${'11'.repeat(20)}`, '--nonce', '7', '--gas-price', '30.5']
    const { deployer, nonce, gasPrice } = parseOptions(['--network', 'polygon', '--dry-run', ...extra])
    assert.deepEqual(
      { deployer, nonce, gasPrice },
      { deployer: extra[1], nonce: 7, gasPrice: 30_500_000_000n },
    )
    assert.throws(() => parseOptions(['--network', 'polygon', ...extra]), { code: 'USAGE' })
    assert.throws(() => parseOptions(['--network', 'polygon', '--dry-run', '--verify']), { code: 'USAGE' })
  })

  it('refuses values that are none', () => {
    for (const [option, value] of [
      ['--deployer', '0x11'],
      ['--nonce', '-1'],
      ['--nonce', '1e3'],
      ['--gas-price', 'cheap'],
    ] as const)
      assert.throws(() => parseOptions(['--network', 'amoy', '--dry-run', `${option}=${value}`]), {
        code: 'USAGE',
      })
  })

  it('takes every command line of the guide', async () => {
    const guide = await readFile(new URL('../../docs/deploy.md', import.meta.url), 'utf8')
    const lines = [...guide.matchAll(/^npm run deploy -- (.*)$/gm)].map(([, args = '']) => args.split(' '))
    assert.equal(lines.length, 4)
    for (const args of lines) parseOptions(args)
  })

  it('never takes a key', () => {
    assert.throws(() => parseOptions(['--network', 'amoy', '--private-key', `0x${'11'.repeat(32)}`]), {
      code: 'USAGE',
    })
  })
})
