import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createProgress } from './progress.ts'

function record(options: { live: boolean; silent?: boolean; total?: number }) {
  let text = ''
  let time = 0
  const progress = createProgress('uploading', {
    silent: false,
    unit: 'bytes',
    ...options,
    sink: {
      write(part: string) {
        text += part
      },
    },
    now: () => {
      time += 100
      return time
    },
  })
  return { progress, text: () => text }
}

describe('createProgress', () => {
  it('draws a bar in place on a terminal', () => {
    const { progress, text } = record({ live: true, total: 4_000_000 })
    progress.update(1_000_000)
    assert.match(text(), /█{5}░{15} 25 % 1\.0 of 4\.0 MB/)
    progress.done()
    assert.match(text(), /✔ uploading .*s\n$/)
  })

  it('writes one line where nobody looks', () => {
    const { progress, text } = record({ live: false, total: 100 })
    progress.update(50)
    progress.fail('refused')
    assert.equal(text().split('\n').length, 2)
    assert.match(text(), /✖ refused/)
    assert.equal(text().includes('\u001b'), false)
  })

  it('is silent when told so', () => {
    const { progress, text } = record({ live: true, silent: true })
    progress.update(1)
    progress.clear()
    progress.done()
    assert.equal(text(), '')
  })
})
