import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pid } from 'node:process'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { parseConfig } from '../../../config/parseConfig.ts'
import { optionsOf } from '../../../runtime/providers.ts'
import { runCli } from '../../runCli.ts'
import { checkDisk } from './checkDisk.ts'
import { checkPorts } from './checkPorts.ts'
import { checkProviders } from './checkProviders.ts'
import type { Finding } from './finding.ts'

const address = (digit: string) => `0x${digit.repeat(40)}`
const deployment = {
  ...{ chainId: 31_337, genesisHash: `0x${'1'.repeat(64)}`, deployedAtBlock: '1' },
  ...{ usdc: address('1'), modelRegistry: address('2') },
  ...{ providerRegistry: address('3'), jobEscrow: address('4') },
}

const listen = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer()
    server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(server))
  })

const portOf = (server: Server) => (server.address() as AddressInfo).port

const find = (findings: readonly Finding[], group: string, name: string) =>
  findings.find((finding) => finding.group === group && finding.name === name)

describe('dim node doctor', () => {
  let home: string
  let server: Server
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'dim-doctor-'))
    server = await listen()
  })
  after(async () => {
    server.close()
    await rm(home, { recursive: true })
  })

  const configOf = (content: Record<string, Record<string, unknown>>) =>
    parseConfig({ home, environment: {}, file: { path: join(home, 'config.yaml'), content } }).config

  async function doctor(...args: string[]) {
    let stdout = ''
    const code = await runCli({
      args: ['node', 'doctor', ...args],
      cwd: home,
      environment: { DIM_HOME: home },
      stdin: Readable.from([]),
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: () => undefined },
      signal: new AbortController().signal,
      pid,
      execPath: process.execPath,
    })
    return { code, stdout }
  }

  it('finds a port that is taken, a chain that does not answer and a state folder that is none, each with a remedy', async () => {
    const closed = await listen()
    const rpcUrl = `http://127.0.0.1:${portOf(closed)}`
    await new Promise((resolve) => closed.close(resolve))
    const file = join(home, 'broken.yaml')
    await writeFile(join(home, 'deployment.json'), JSON.stringify(deployment))
    await writeFile(join(home, 'occupied'), 'a file where a folder should be')
    const settings = {
      node: { dataDir: 'occupied/node' },
      http: { port: portOf(server) },
      chain: { rpcUrl, deploymentFile: 'deployment.json' },
    }
    await writeFile(file, JSON.stringify(settings))
    const { code, stdout } = await doctor('--json', '--config', file)
    const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: Finding[] }
    assert.equal(code, 1)
    assert.equal(healthy, false)
    for (const { group, name } of [
      { group: 'ports', name: 'gateway' },
      { group: 'chain', name: 'rpc' },
      { group: 'disk', name: 'state' },
    ]) {
      const finding = find(findings, group, name)
      assert.equal(finding?.status, 'fail', `${group} ${name}`)
    }
    assert.match(find(findings, 'ports', 'gateway')?.text ?? '', new RegExp(`process ${pid}\\b`))
    assert.ok(find(findings, 'chain', 'rpc')?.text.startsWith(`${rpcUrl}: CHAIN_UNREACHABLE`))
    assert.match(find(findings, 'disk', 'state')?.fix ?? '', /is no folder/)
    assert.equal(find(findings, 'chain', 'clock')?.status, 'warn')
    for (const finding of findings)
      if (finding.status !== 'ok') assert.ok(finding.fix, `${finding.group} ${finding.name} has a remedy`)
    assert.equal(find(findings, 'disk', 'models')?.status, 'ok')
    assert.equal(find(findings, 'hardware', 'cpu')?.status, 'ok')
    assert.equal(find(findings, 'runtime', 'node')?.status, 'ok')
  })

  it('finds a disk that takes names and no bytes', async (test) => {
    const disk = join(home, 'disk')
    await mkdir(disk)
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status !== 0)
      return test.skip('skipped: no right to mount a small disk')
    try {
      const findings = await checkDisk(configOf({ node: { dataDir: join(disk, 'node') } }))
      const { status, text, fix } = find(findings, 'disk', 'state') ?? {}
      assert.equal(status, 'fail')
      assert.match(text ?? '', /ENOSPC/)
      assert.match(fix ?? '', /Free some space/)
      assert.equal(find(findings, 'disk', 'keys')?.status, 'ok')
    } finally {
      spawnSync('umount', [disk])
    }
  })

  it('takes the port of the running node itself for no fault', async () => {
    const config = configOf({ http: { port: portOf(server) } })
    assert.equal((await checkPorts(config, pid))[0]?.status, 'ok')
    assert.equal((await checkPorts(config, undefined))[0]?.status, 'fail')
  })

  it('looks at the port of the peer only where there is a peer', async () => {
    const listenAt = [`/ip4/127.0.0.1/tcp/${portOf(server)}`]
    const withPeer = configOf({ http: { port: 0 }, ipfs: { mode: 'helia', listen: listenAt } })
    const without = configOf({ http: { port: 0 }, ipfs: { mode: 'fs', listen: listenAt } })
    assert.deepEqual(
      (await checkPorts(withPeer, undefined)).map(({ name, status }) => `${name} ${status}`),
      ['gateway ok', 'peer fail'],
    )
    assert.deepEqual(
      (await checkPorts(without, undefined)).map(({ name }) => name),
      ['gateway'],
    )
  })

  it('says of a provider that somebody asked for that it is missing, of one that was only tried that it is not there', async () => {
    const probe = async () => [
      { name: 'cuda' as const, available: false, options: [], reason: 'no driver' },
      { name: 'coreml' as const, available: true, options: optionsOf('coreml') },
    ]
    const config = configOf({})
    const chosen = await checkProviders(config, { sandbox: undefined, isChosen: true, probe })
    const tried = await checkProviders(config, { sandbox: undefined, isChosen: false, probe })
    assert.deepEqual(
      [...chosen, ...tried].map(({ name, status }) => `${name} ${status}`),
      ['cuda fail', 'coreml ok', 'cuda warn', 'coreml ok'],
    )
    assert.match(chosen[0]?.fix ?? '', /NVIDIA driver.*remove "cuda"/)
    assert.match(chosen[1]?.text ?? '', /6 sets of options/)
  })
})
