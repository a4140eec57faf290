import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import hre from 'hardhat'
import { measureChannelPaths } from './support/gasChannelPaths.ts'
import { measureOrderPaths } from './support/gasOrderPaths.ts'
import { measurePaths } from './support/gasPaths.ts'
import { peers } from './support/gasPeers.ts'
import { createGasWorld } from './support/gasWorld.ts'

type Row = { ethereum: number; polygon: number }
type Paths = Record<string, Row>

const snapshotFile = new URL('gas.snap.json', import.meta.url)
const targets: Paths = {
  job: { ethereum: 150_000, polygon: 175_000 },
  jobOneSignature: { ethereum: 230_000, polygon: 285_000 },
  claimRow: { ethereum: 12_000, polygon: 14_500 },
  claimFixed: { ethereum: 35_000, polygon: 35_000 },
  orderAt100: { ethereum: 16_000, polygon: 16_000 },
  anchor: { ethereum: 55_000, polygon: 58_000 },
  anchorByServiceKey: { ethereum: 55_000, polygon: 58_000 },
}
const notes: Record<string, string> = {
  job: 'createJob + submit + 1/50 of a settle of 50',
  jobOneSignature: 'createJobWithAuthorization + submit + settle alone, charged = price',
  claimRow: 'one more row in a claim of 50',
  claimFixed: 'what a claim costs beside its rows',
  anchor: 'an epoch of receipts, any count',
  anchorByServiceKey: 'the same by a key whose slot is named beforehand; without that 54,090 / 60,810',
  orderAt100: 'one of 100 orders of one client and one model, settled at once',
  orderFirstTime: 'the same by a client that never had an order settled',
  createJobs: 'one of 20 jobs of one client, opened at once by a relayer',
  jobOneSignatureFirst: 'the same by a client never seen before, half of the price refunded',
}

const { values: options } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

async function measureAll(): Promise<Paths> {
  await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
  const world = await createGasWorld()
  try {
    const measured = Object.entries({
      ...(await measurePaths(world)),
      ...(await measureOrderPaths(world)),
      ...(await measureChannelPaths(world)),
    })
    return Object.fromEntries(
      measured.map(([name, gas]) => [name, { ethereum: Number(gas.ethereum), polygon: Number(gas.polygon) }]),
    )
  } finally {
    await world.close()
  }
}

const number = (value: number) => value.toLocaleString('en-US').padStart(10)

function printRow(name: string, { ethereum, polygon }: Row, note = ''): void {
  console.log(`  ${name.padEnd(46)}${number(ethereum)}${number(polygon)}  ${note}`.trimEnd())
}

function print(paths: Paths): void {
  console.log(
    `  ${'gas of whole transactions'.padEnd(46)}${'Ethereum'.padStart(10)}${'Polygon'.padStart(10)}`,
  )
  for (const [name, row] of Object.entries(paths)) printRow(name, row, notes[name])
  console.log('\n  others, for comparison')
  for (const { name, ...row } of peers) printRow(name, row)
}

const missedTargets = (paths: Paths) =>
  Object.entries(targets).flatMap(([name, target]) => {
    const row = paths[name]
    const met = row && row.ethereum <= target.ethereum && row.polygon <= target.polygon
    return met
      ? []
      : [
          `${name} costs ${row?.ethereum} / ${row?.polygon}, allowed are ${target.ethereum} / ${target.polygon}`,
        ]
  })

function driftOf(paths: Paths): string[] {
  if (!existsSync(snapshotFile)) return ['there is no snapshot']
  const { paths: known } = JSON.parse(readFileSync(snapshotFile, 'utf8')) as { paths: Paths }
  const text = (row: Row | undefined) => (row ? `${row.ethereum} / ${row.polygon}` : 'nothing')
  return [...new Set([...Object.keys(known), ...Object.keys(paths)])].flatMap((name) =>
    text(known[name]) === text(paths[name])
      ? []
      : [`${name} was ${text(known[name])} and is ${text(paths[name])}`],
  )
}

const paths = await measureAll()
print(paths)
if (options.update) writeFileSync(snapshotFile, `${JSON.stringify({ paths }, undefined, 2)}\n`)
const findings = missedTargets(paths)
if (options.check) findings.push(...driftOf(paths))
for (const finding of findings) console.log(`  ✖ ${finding}`)
if (options.check && findings.length > 0) {
  console.log('  If the change is meant, take it over: npm run bench:gas -- --update')
}
if (options.json) console.log(JSON.stringify({ paths }))
process.exitCode = findings.length === 0 ? 0 : 1
