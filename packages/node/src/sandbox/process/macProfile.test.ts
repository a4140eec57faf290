import assert from 'node:assert/strict'
import { homedir } from 'node:os'
import { describe, it } from 'node:test'
import { macProfile } from './macProfile.ts'

describe('profile of the system sandbox of macOS', () => {
  const lines = macProfile({ readable: ['/repo', '/mod"els'], writable: '/tmp/w' }).split('\n')
  const at = (line: string) => {
    assert.ok(lines.includes(line), `${line} is missing in\n${lines.join('\n')}`)
    return lines.indexOf(line)
  }

  it('takes network and processes away', () => {
    assert.ok(at('(deny network*)') > at('(allow default)'))
    at('(deny process-fork)')
  })

  it("takes the user's home away before it gives what the worker needs: later rules win", () => {
    const denied = at(`(deny file-read* (subpath ${JSON.stringify(homedir())}))`)
    const given = lines.findIndex((line) => line.startsWith('(allow file-read* (subpath "/repo")'))
    assert.ok(given > denied)
    assert.ok(at('(deny file-write*)') < lines.findIndex((line) => line.startsWith('(allow file-write*')))
  })

  it('quotes paths', () => assert.ok(lines.some((line) => line.includes('(subpath "/mod\\"els")'))))
})
