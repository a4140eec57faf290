import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSystemProfiler } from './parseSystemProfiler.ts'

const appleSilicon = `{
  "SPDisplaysDataType" : [
    {
      "_name" : "kHW_AppleM3ProItem",
      "spdisplays_mtlgpufamilysupport" : "spdisplays_metal3",
      "spdisplays_ndrvs" : [ { "_name" : "Color LCD", "spdisplays_connection_type" : "spdisplays_internal" } ],
      "spdisplays_vendor" : "sppci_vendor_Apple",
      "sppci_bus" : "spdisplays_builtin",
      "sppci_cores" : "18",
      "sppci_device_type" : "spdisplays_gpu",
      "sppci_model" : "Apple M3 Pro"
    }
  ]
}`

const intelMac = `{
  "SPDisplaysDataType" : [
    { "_name" : "kHW_IntelUHDGraphics630Item", "spdisplays_vendor" : "Intel", "spdisplays_vram" : "1536 MB", "sppci_model" : "Intel UHD Graphics 630" },
    { "_name" : "kHW_AMDRadeonPro5500MItem", "spdisplays_vendor" : "sppci_vendor_amd", "spdisplays_vram" : "8 GB", "sppci_model" : "AMD Radeon Pro 5500M" }
  ]
}`

describe('answers of system_profiler', () => {
  it('name the processor of Apple silicon, which shares the memory', () => {
    assert.deepEqual(parseSystemProfiler(appleSilicon), [
      {
        name: 'Apple M3 Pro',
        vendor: 'apple',
        totalBytes: undefined,
        usedBytes: undefined,
        busyPercent: undefined,
        isUnified: true,
        cores: 18,
      },
    ])
  })

  it('name several cards with memory of their own', () => {
    assert.deepEqual(
      parseSystemProfiler(intelMac).map(({ name, totalBytes, isUnified }) => [name, totalBytes, isUnified]),
      [
        ['Intel UHD Graphics 630', 1536 * 2 ** 20, false],
        ['AMD Radeon Pro 5500M', 8 * 2 ** 30, false],
      ],
    )
  })

  it('are no cards where they are broken or empty', () => {
    for (const json of ['', '{', 'null', '{"SPDisplaysDataType":{}}', '{"SPDisplaysDataType":[]}']) {
      assert.deepEqual(parseSystemProfiler(json), [])
    }
  })
})
