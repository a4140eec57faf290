import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { parseDeployment } from '@dim/sdk'
import { parseEther } from 'viem'
import type { Context } from '../../packages/node/src/cli/context.ts'
import type { Io } from '../../packages/node/src/cli/io.ts'
import { createOutput } from '../../packages/node/src/cli/output.ts'
import { createWallet } from '../../packages/node/src/identity/createWallet.ts'
import { networks } from '../../scripts/deploy/networks.ts'
import { parseOptions } from '../../scripts/deploy/options.ts'
import { type Places, placesOf } from '../../scripts/deploy/places.ts'
import { runDeploy } from '../../scripts/deploy/runDeploy.ts'
import { type PublicChain, startPublicChain } from '../support/publicChain.ts'

const somebody = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const password = 'a password for a rehearsal'
const usdc = '0x41E94Eb019C0762f9Bfcf9Fb1E58725BfB0e7582'

/** Runs the command as people do, in a process of its own. */
function command(args: readonly string[], environment: Record<string, string>) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH ?? '', ...environment }
    const child = execFile(
      process.execPath,
      ['scripts/deploy/main.ts', ...args],
      { env },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

describe('npm run deploy', () => {
  let dir: string
  let places: Places
  let environment: Record<string, string>
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dim-deploy-command-'))
    places = {
      parameters: join(dir, 'parameters.json'),
      journal: join(dir, 'journal'),
      records: join(dir, 'records'),
      sdk: join(dir, 'deployments.ts'),
    }
    const { Token, Dim } = JSON.parse(await readFile(placesOf('amoy').parameters, 'utf8'))
    const accounts = { proposers: [somebody], executors: [somebody], guardian: somebody }
    await writeFile(places.parameters, JSON.stringify({ Token, Dim: { ...Dim, ...accounts } }))
    await copyFile(placesOf('amoy').sdk, places.sdk)
    await writeFile(join(dir, 'password'), `${password}\n`, { mode: 0o600 })
    environment = { DIM_HOME: dir, DIM_PASSWORD_FILE: join(dir, 'password') }
  })
  after(() => rm(dir, { recursive: true, force: true }))

  it('shows in a dry run what would come, without a node, a key or a wallet', async () => {
    const args = ['--network', 'polygon', '--dry-run', '--json', '--deployer', somebody, '--gas-price', '50']
    const parameters = join(dir, 'polygon.json')
    const file = JSON.parse(await readFile(places.parameters, 'utf8'))
    await writeFile(parameters, JSON.stringify({ ...file, Dim: { ...file.Dim, timelockDelay: 172_800 } }))
    const { code, stdout, stderr } = await command([...args, '--parameters', parameters], environment)
    assert.equal(code, 0, stderr)
    const { dryRun, deployer, nonce, gas, gasPrice, addresses, checkedWithNode } = JSON.parse(stdout)
    assert.deepEqual(
      { dryRun, deployer, nonce, gasPrice, checkedWithNode },
      { dryRun: true, deployer: somebody, nonce: 0, gasPrice: '50000000000', checkedWithNode: false },
    )
    assert.ok(BigInt(gas) > 10_000_000n)
    assert.equal(Object.keys(addresses).length, 9)
  })

  it('ends with the exit codes of the command line', async () => {
    const amoy = ['--network', 'amoy', '--parameters', places.parameters]
    const url = 'http://127.0.0.1:9/a-key-of-mine'
    for (const [args, variables, exitCode, text] of [
      [['--network', 'mars'], {}, 2, /USAGE/],
      [['--network', 'polygon', '--dry-run'], {}, 3, /DEPLOYMENT_PARAMETERS_INVALID/],
      [amoy, {}, 3, /DEPLOYMENT_RPC_MISSING .*AMOY_RPC_URL/],
      [[...amoy, '--verify'], { AMOY_RPC_URL: url }, 3, /DEPLOYMENT_EXPLORER_KEY_MISSING/],
      [amoy, { AMOY_RPC_URL: url }, 4, /CHAIN_NODE_UNREACHABLE/],
    ] as const) {
      const { code, stdout, stderr } = await command(args, { ...environment, ...variables })
      assert.equal(code, exitCode, stderr)
      assert.match(stderr, text)
      assert.ok(!`${stdout}${stderr}`.includes('a-key-of-mine'))
    }
  })

  describe('on a local chain with the id of Amoy', () => {
    let chain: PublicChain
    before(async () => {
      chain = await startPublicChain(networks.amoy.chainId)
      await chain.placeToken(usdc, 'USDC')
      const keystore = { dir: join(dir, 'keystore'), name: 'deployer', password, scryptN: 1_024 }
      const { address } = await createWallet(keystore)
      await chain.client.setBalance({ address, value: parseEther('10') })
    })
    after(() => chain.close())

    async function run(args: readonly string[]) {
      let stdout = ''
      const sink = { write: () => true }
      const io: Io = {
        args,
        cwd: dir,
        environment: { ...environment, AMOY_RPC_URL: chain.rpcUrl },
        stdin: process.stdin,
        stdout: { write: (text) => (stdout += text) },
        stderr: sink,
        signal: new AbortController().signal,
        pid: process.pid,
        execPath: process.execPath,
      }
      const context: Context = {
        io,
        out: createOutput(io, { json: true, quiet: true }),
        globals: { json: true, quiet: true },
        money: { charged: false, sending: false, note: '' },
        exit: { code: 0 },
      }
      await runDeploy(context, parseOptions(['--network', 'amoy', ...args]), places)
      return { ...JSON.parse(stdout), charged: context.money.charged }
    }

    it('asks before it sends anything', async () => {
      await assert.rejects(run([]), { code: 'CONFIRMATION_NEEDED' })
      assert.equal(await chain.client.getBlockNumber(), 1n)
    })

    it('deploys, writes the record and exports it to the SDK', async () => {
      const { deployment, sent, charged, addresses } = await run(['--yes'])
      assert.equal(sent.length, 7)
      assert.equal(charged, true)
      const record = parseDeployment(JSON.parse(await readFile(join(places.records, 'amoy.json'), 'utf8')))
      assert.deepEqual(record, parseDeployment(deployment))
      assert.equal(record.jobEscrow, addresses.jobEscrow)
      assert.match(await readFile(places.sdk, 'utf8'), new RegExp(`80_002: \\{[^}]*'${record.jobEscrow}'`))
    })

    it('changes nothing the second time', async () => {
      const before = await Promise.all([readFile(places.sdk, 'utf8'), chain.client.getBlockNumber()])
      const { sent, charged } = await run([])
      assert.deepEqual([sent, charged], [[], false])
      const now = await Promise.all([
        readFile(places.sdk, 'utf8'),
        chain.client.getBlockNumber({ cacheTime: 0 }),
      ])
      assert.deepEqual(now, before)
    })
  })
})
