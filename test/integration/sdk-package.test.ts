import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createContext, runInContext } from 'node:vm'
import { build } from 'esbuild'

const exec = promisify(execFile)
const repository = fileURLToPath(new URL('../../', import.meta.url))
const dependencies = ['viem', 'zod', 'multiformats', 'canonicalize', '@hpke/core']

describe('the packed SDK', () => {
  let folder: string
  let consumer: string
  let files: string[]

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dim-sdk-'))
    const copy = await copySdk(folder)
    const { stdout } = await exec('npm', ['pack', '--json', '--silent'], { cwd: copy })
    const [{ filename, files: packed }] = JSON.parse(stdout.slice(stdout.indexOf('[')))
    files = packed.map((file: { path: string }) => file.path)
    consumer = await createConsumer(folder, join(copy, filename))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('holds JavaScript and types, and no source', () => {
    assert.equal(files.includes('dist/index.js'), true)
    assert.equal(files.includes('dist/index.d.ts'), true)
    assert.deepEqual(
      files.filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file)),
      [],
    )
    assert.equal(
      files.some((file) => file.includes('.test.')),
      false,
    )
  })

  it('runs under node_modules, where Node strips no types', async () => {
    const script = `import { BaseError, runJob, TensorSet } from '@dim/sdk'
      const set = { x: TensorSet.fromTyped('int32', new Int32Array([1]), [1]) }
      console.log(typeof runJob, typeof BaseError, TensorSet.digest(set).length)`
    await writeFile(join(consumer, 'main.mjs'), script)
    const { stdout } = await exec(process.execPath, ['main.mjs'], { cwd: consumer })
    assert.equal(stdout.trim(), 'function function 66')
  })

  it('signs a voucher and packs it for a claim', async () => {
    const script = `import { ChannelConfig, createClient, parseDeployment, Voucher, VoucherRows } from '@dim/sdk'
      import { privateKeyToAccount } from 'viem/accounts'
      const account = privateKeyToAccount('0x${'11'.repeat(32)}')
      const at = (digit) => '0x' + digit.repeat(40)
      const deployment = parseDeployment({ chainId: 31337, genesisHash: '0x${'00'.repeat(32)}', deployedAtBlock: '0',
        usdc: at('1'), modelRegistry: at('2'), providerRegistry: at('3'), jobEscrow: at('4'), paymentChannels: at('5') })
      const client = createClient({ account, network: { rpcUrl: 'http://127.0.0.1:1', deployment } })
      const config = client.channels.createConfig({ receiver: at('6'), withdrawDelay: 60 })
      const voucher = { channelId: ChannelConfig.id(deployment, config), maxClaimableAmount: 5n }
      const signature = await Voucher.sign(deployment, voucher, account)
      const rows = VoucherRows.encode([{ ...config, amountUsdc: 5n, signature }])
      console.log(rows.length, await Voucher.verify(deployment, voucher, { signature, signer: account.address }))
      console.log(Object.keys(client).join())`
    await writeFile(join(consumer, 'channel.mjs'), script)
    const { stdout } = await exec(process.execPath, ['channel.mjs'], { cwd: consumer })
    const methods =
      'address,writer,assertNetwork,waitForTransaction,models,jobs,channels,orders,receipts,providers,money'
    assert.deepEqual(stdout.trim().split('\n'), ['242 true', methods])
  })

  it('runs in a browser, bundled from the package', async () => {
    const script = `import { createClient, createReceiverChannel, ReceiptTree } from '@dim/sdk'
      globalThis.answer = [typeof process, typeof createClient, typeof createReceiverChannel, ReceiptTree.root(['0x${'01'.repeat(32)}']).length].join()`
    await writeFile(join(consumer, 'browser.mjs'), script)
    const { outputFiles } = await build({
      entryPoints: [join(consumer, 'browser.mjs')],
      bundle: true,
      platform: 'browser',
      format: 'iife',
      write: false,
      logLevel: 'silent',
      external: ['node:*', 'crypto'],
    })
    const web = {
      crypto,
      TextEncoder,
      TextDecoder,
      URL,
      AbortController,
      AbortSignal,
      setTimeout,
      clearTimeout,
    }
    const context = createContext({ ...web, answer: '' })
    runInContext(outputFiles[0]?.text ?? '', context)
    assert.equal(context.answer, 'undefined,function,function,66')
  })

  it('gives types to those who use it', async () => {
    const source = `import { type ChannelConfig, type createClient, getJob, type JobOutcome, type Reader } from '@dim/sdk'
      declare const reader: Reader
      declare const client: ReturnType<typeof createClient>
      declare const config: ChannelConfig.ChannelConfig
      const channel = client.channels.createPayer({ config, maxRequestUsdc: 5n })
      export const spent: bigint = (await channel.getRecord()).chargedUsdc
      // @ts-expect-error a channel has a limit
      client.channels.createPayer({ config })
      export const status: string = (await getJob(reader, { jobId: '0x00' })).status
      export const charged = (outcome: JobOutcome): bigint => outcome.chargedUsdc
      // @ts-expect-error a number is no job id
      await getJob(reader, { jobId: 1 })`
    await writeFile(join(consumer, 'main.ts'), source)
    const tsc = join(repository, 'node_modules/typescript/lib/tsc.js')
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2024', 'dom'],
      strict: true,
      noEmit: true,
      types: [],
    }
    await writeFile(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
    await exec(process.execPath, [tsc, '--project', 'tsconfig.json'], { cwd: consumer })
  })
})

/** Packs a copy, because packing changes package.json for a moment and others use the original meanwhile. */
async function copySdk(folder: string): Promise<string> {
  const from = join(repository, 'packages/sdk')
  const to = join(folder, 'repository/packages/sdk')
  for (const name of ['package.json', 'tsconfig.build.json', 'src', 'build']) {
    await cp(join(from, name), join(to, name), { recursive: true })
  }
  await link(join(repository, 'node_modules'), join(folder, 'repository/node_modules'))
  await link(join(from, 'node_modules/zod'), join(to, 'node_modules/zod'))
  return to
}

/** A project with the packed SDK really under its node_modules, and the dependencies beside it. */
async function createConsumer(folder: string, tarball: string): Promise<string> {
  const consumer = join(folder, 'consumer')
  const sdk = join(consumer, 'node_modules/@dim/sdk')
  await mkdir(sdk, { recursive: true })
  await exec('tar', ['-xzf', tarball, '-C', sdk, '--strip-components', '1'])
  await writeFile(join(consumer, 'package.json'), '{"type":"module","private":true}')
  for (const name of dependencies) {
    const own = join(repository, 'packages/sdk/node_modules', name)
    await link(
      name === 'zod' ? own : join(repository, 'node_modules', name),
      join(consumer, 'node_modules', name),
    )
  }
  return consumer
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await symlink(target, path, 'dir')
}
