import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startInferenceServer } from '../../../backends/support/inferenceServer.ts'
import { startTextServer } from '../../../backends/support/textServer.ts'
import { parseConfig } from '../../../config/parseConfig.ts'
import { checkBackends } from './checkBackends.ts'

const examine = (backends: readonly object[]) => {
  const file = { path: '/node.yaml', content: { backends } as never }
  return checkBackends(parseConfig({ home: '/home', environment: {}, file }).config)
}

describe('the doctor on engines', () => {
  it('has nothing to say where there are none', async () => {
    assert.deepEqual(await examine([]), [])
  })

  it('asks each and says what is wrong with it', async () => {
    const text = await startTextServer()
    const inference = await startInferenceServer()
    const openai = { name: 'a', kind: 'openai', url: text.url, model: 'tiny' }
    const findings = await examine([
      openai,
      { ...openai, name: 'b', model: 'huge' },
      { ...openai, name: 'c', apiKeyEnv: 'NOT_SET' },
      { name: 'd', kind: 'oip', url: inference.httpUrl, model: 'echo' },
      { name: 'e', kind: 'oip', url: inference.grpcUrl, model: 'echo' },
    ])
    await text.close()
    await inference.close()
    assert.deepEqual(
      findings.map(({ name, status }) => [name, status]),
      [
        ['a', 'ok'],
        ['b', 'fail'],
        ['c', 'fail'],
        ['d', 'ok'],
        ['e', 'ok'],
      ],
    )
    assert.match(
      findings[0]?.text ?? '',
      /^vllm 0\.0\.1, openai at http:.*, model "tiny", answers in \d+ ms$/,
    )
    assert.match(findings[1]?.text ?? '', /no model "huge"/)
    assert.match(findings[2]?.text ?? '', /NOT_SET is not set/)
    assert.ok(findings.every(({ status, fix }) => (status === 'ok') === (fix === undefined)))
  })

  it('finds a server that is not there', async () => {
    const text = await startTextServer()
    const { url } = text
    await text.close()
    const [finding] = await examine([{ name: 'gone', kind: 'openai', url, model: 'tiny' }])
    assert.equal(finding?.status, 'fail')
    assert.match(finding?.text ?? '', /ECONNREFUSED/)
  })
})
