import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseNvidiaSmi } from './parseNvidiaSmi.ts'

const MIB = 1_048_576

describe('answers of nvidia-smi', () => {
  it('give one card a line', () => {
    const text = 'NVIDIA H100 80GB HBM3, 81559, 4, 0\nNVIDIA A10G, 23028, 11514, 97\n'
    assert.deepEqual(
      parseNvidiaSmi(text).map(({ name, totalBytes, usedBytes, busyPercent }) => [
        name,
        totalBytes,
        usedBytes,
        busyPercent,
      ]),
      [
        ['NVIDIA H100 80GB HBM3', 81559 * MIB, 4 * MIB, 0],
        ['NVIDIA A10G', 23028 * MIB, 11514 * MIB, 97],
      ],
    )
  })

  it('leave open what the driver does not tell', () => {
    const [card] = parseNvidiaSmi('NVIDIA GB10, [N/A], [Not Supported], 12\r\n')
    assert.equal(card?.totalBytes, undefined)
    assert.equal(card?.usedBytes, undefined)
    assert.equal(card?.busyPercent, 12)
  })

  it('keep names that hold a comma', () => {
    assert.equal(parseNvidiaSmi('Tesla T4, rev. 2, 15360, 0, 0')[0]?.name, 'Tesla T4, rev. 2')
  })

  it('are no cards where the driver does not run', () => {
    assert.deepEqual(parseNvidiaSmi('No devices were found\n'), [])
    assert.deepEqual(parseNvidiaSmi(''), [])
  })
})
