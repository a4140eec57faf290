import { parseArgs } from 'node:util'
import { openDevnet } from './support/benchDevnet.ts'
import { measureChannelLane } from './support/channelLane.ts'
import type { Gas } from './support/gasWorld.ts'

const INFERENCES = 1_000
const ALLOWED_ON_POLYGON = 175

const { values: options } = parseArgs({
  options: {
    /** Front door of a devnet that runs; without it the bench starts one of its own. */
    network: { type: 'string' },
    /** Where that devnet's chain answers. */
    rpc: { type: 'string', default: 'http://127.0.0.1:8545' },
    json: { type: 'boolean', default: false },
  },
})

async function measure(): Promise<Record<string, Gas>> {
  const devnet = await openDevnet({ network: options.network, rpcUrl: options.rpc })
  try {
    return await measureChannelLane(devnet, { inferences: INFERENCES })
  } finally {
    await devnet.stop()
  }
}

const steps = await measure()
const perInference = (schedule: keyof Gas) =>
  Object.values(steps).reduce((sum, gas) => sum + Number(gas[schedule]), 0) / INFERENCES
const gasPerInference = { ethereum: perInference('ethereum'), polygon: perInference('polygon') }

const cell = (value: number | bigint) => value.toLocaleString('en-US').padStart(12)
const line = (name: string, { ethereum, polygon }: Record<keyof Gas, number | bigint>) =>
  console.log(`  ${name.padEnd(46)}${cell(ethereum)}${cell(polygon)}`)
console.log(
  `  ${`gas of ${INFERENCES} inferences`.padEnd(46)}${'Ethereum'.padStart(12)}${'Polygon'.padStart(12)}`,
)
for (const [name, gas] of Object.entries(steps)) line(name, gas)
line('gasPerInference', gasPerInference)
const met = gasPerInference.polygon <= ALLOWED_ON_POLYGON
if (!met) console.log(`  ✖ an inference may cost ${ALLOWED_ON_POLYGON} gas on Polygon`)
if (options.json) console.log(JSON.stringify({ gasPerInference, inferences: INFERENCES }))
process.exitCode = met ? 0 : 1
