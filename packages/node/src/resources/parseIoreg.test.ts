import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseIoreg } from './parseIoreg.ts'

const registry = `+-o AGXAcceleratorG15X  <class AGXAcceleratorG15X, id 0x1000004c6, registered, matched, active, busy 0 (106 ms), retain 121>
    {
      "IOClass" = "AGXAcceleratorG15X"
      "PerformanceStatistics" = {"In use system memory (driver)"=0,"Alloc system memory"=3264397312,"Tiler Utilization %"=4,"recoveryCount"=0,"lastRecoveryTime"=0,"Renderer Utilization %"=5,"TiledSceneBytes"=1015808,"Device Utilization %"=7,"SplitSceneCount"=0,"Allocated PB Size"=67108864,"In use system memory"=614907904}
      "gpu-core-count" = 18
    }
`

describe('answers of ioreg', () => {
  it('say how busy an accelerator is and what memory it uses', () => {
    assert.deepEqual(parseIoreg(registry), [{ busyPercent: 7, usedBytes: 614907904 }])
  })

  it('leave open what an accelerator does not count', () => {
    assert.deepEqual(parseIoreg('"PerformanceStatistics" = {"Device Utilization %"=0}'), [
      { busyPercent: 0, usedBytes: undefined },
    ])
    assert.deepEqual(parseIoreg('"PerformanceStatistics" = {}'), [
      { busyPercent: undefined, usedBytes: undefined },
    ])
  })

  it('are none without an accelerator', () => {
    assert.deepEqual(parseIoreg(''), [])
  })
})
