import assert from 'node:assert/strict'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { dim, type RunOptions, startTestDevnet, type TestDevnet } from '../support/devnet.ts'
import { doublerOnnx } from '../support/testModel.ts'

type Expected = { code: string; exit: number; says: RegExp; next: RegExp }

/** The text for people and the JSON for programs say the same: what happened, that nothing was charged, what to do. */
async function refuses(
  args: readonly string[],
  options: RunOptions,
  { code, exit, says, next }: Expected,
): Promise<void> {
  const [text, json] = await Promise.all([dim(args, options), dim([...args, '--json'], options)])
  assert.equal(text.code, exit, `dim ${args.join(' ')}\n${text.stdout}\n${text.stderr}`)
  assert.match(text.stderr, new RegExp(`✖ ${code} `))
  assert.match(text.stderr, says)
  assert.match(text.stderr, /(Nothing|No key|nothing)[^.]*\./)
  assert.match(text.stderr, new RegExp(`➜ .*${next.source}`, 's'))
  assert.equal(text.stdout, '')
  const { error } = json.json() as unknown as {
    error: { code: string; exitCode: number; charged: boolean; next: string }
  }
  assert.deepEqual(
    { code: error.code, exitCode: error.exitCode, charged: error.charged },
    { code, exitCode: exit, charged: false },
  )
}

describe('what bad input gets', { timeout: 600_000 }, () => {
  let devnet: TestDevnet
  let dir = ''
  let rich: RunOptions
  let poor: RunOptions

  const wallet = async (name: string): Promise<RunOptions> => {
    const environment = {
      DIM_HOME: join(dir, name),
      DIM_PASSWORD_FILE: join(dir, 'password'),
      DIM_NETWORK: devnet.dir,
    }
    const made = await dim(['wallet', 'new'], { environment, cwd: dir })
    assert.equal(made.code, 0, made.stderr)
    return { environment, cwd: dir }
  }

  const withNetwork = (network: string): RunOptions => ({
    ...rich,
    environment: { ...rich.environment, DIM_NETWORK: network },
  })

  /** A copy of the devnet's state with some fields changed. */
  const changedNetwork = async (
    name: string,
    change: { network?: object; deployment?: object },
  ): Promise<string> => {
    const folder = join(dir, name)
    await mkdir(folder)
    for (const [file, fields] of [
      ['network.json', change.network],
      ['deployment.json', change.deployment],
    ] as const) {
      const content = JSON.parse(await readFile(join(devnet.dir, file), 'utf8'))
      await writeFile(join(folder, file), JSON.stringify({ ...content, ...fields }))
    }
    return folder
  }

  before(async () => {
    devnet = await startTestDevnet()
    dir = await mkdtemp(join(tmpdir(), 'dim-errors-'))
    await writeFile(join(dir, 'password'), 'a password of a test\n', { mode: 0o600 })
    await writeFile(join(dir, 'm.onnx'), doublerOnnx())
    await writeFile(join(dir, 'input.json'), '{"x":[1,2]}')
    rich = await wallet('rich')
    poor = await wallet('poor')
    assert.equal((await dim(['wallet', 'fund', '5usdc'], rich)).code, 0)
    const deployed = await dim(['model', 'deploy', '--model', 'm.onnx', '--name', 'doubler'], rich)
    assert.equal(deployed.code, 0, deployed.stderr)
  })

  after(async () => {
    await devnet.stop()
    await rm(dir, { recursive: true, force: true })
  })

  describe('models', () => {
    it('not an ONNX file', async () => {
      await writeFile(join(dir, 'text.onnx'), 'this is no model at all, whatever its name says')
      for (const verb of ['validate', 'deploy']) {
        await refuses(['model', verb, 'text.onnx'], rich, {
          code: 'NOT_AN_ONNX_FILE',
          exit: 1,
          says: /onnx/i,
          next: /./,
        })
      }
    })

    it('a truncated file', async () => {
      const whole = doublerOnnx()
      await writeFile(join(dir, 'half.onnx'), whole.subarray(0, Math.floor(whole.length * 0.7)))
      await refuses(['model', 'validate', 'half.onnx'], rich, {
        code: 'MODEL_TRUNCATED',
        exit: 1,
        says: /end|truncated|cut/i,
        next: /./,
      })
    })

    it('a file that is not there', () =>
      refuses(['model', 'validate', 'nowhere.onnx'], rich, {
        code: 'MODEL_FILE_UNREADABLE',
        exit: 1,
        says: /nowhere\.onnx/,
        next: /./,
      }))

    it('an unknown model', () =>
      refuses(['run', 'no-such-model', 'input.json'], rich, {
        code: 'MODEL_UNKNOWN',
        exit: 1,
        says: /no-such-model/,
        next: /line-reader/,
      }))
  })

  describe('inputs', () => {
    it('a wrong dtype', async () => {
      const header = `${"{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }".padEnd(117)}\n`
      const npy = Buffer.concat([
        Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
        Buffer.from([118, 0]),
        Buffer.from(header),
        Buffer.alloc(16),
      ])
      await writeFile(join(dir, 'int64.npy'), npy)
      await refuses(['run', 'doubler', 'int64.npy'], rich, {
        code: 'INPUT_FILE_INVALID',
        exit: 1,
        says: /float32/,
        next: /./,
      })
    })

    it('a wrong shape', () =>
      refuses(['run', 'doubler', '{"x":[[1,2],[3,4]]}'], rich, {
        code: 'INPUT_INVALID',
        exit: 1,
        says: /dimension/,
        next: /./,
      }))

    it('a picture for a model that takes numbers', async () => {
      await writeFile(join(dir, 'picture.png'), Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
      await refuses(['run', 'doubler', 'picture.png'], rich, {
        code: 'INPUT_FILE_INVALID',
        exit: 1,
        says: /picture/,
        next: /./,
      })
    })
  })

  describe('money', () => {
    it('a price above the limit', () =>
      refuses(['run', 'doubler', 'input.json', '--max-price', '0.0001usdc'], rich, {
        code: 'PRICE_ABOVE_LIMIT',
        exit: 5,
        says: /0\.0005 USDC.*0\.0001 USDC/,
        next: /--max-price/,
      }))

    it('no funds', () =>
      refuses(['run', 'doubler', 'input.json'], poor, {
        code: 'INSUFFICIENT_FUNDS',
        exit: 5,
        says: /holds 0 USDC/,
        next: /dim wallet fund/,
      }))

    it('no gas money', () =>
      refuses(['model', 'deploy', 'm.onnx', '--name', 'mine'], poor, {
        code: 'INSUFFICIENT_GAS_FUNDS',
        exit: 5,
        says: /gas/,
        next: /dim wallet fund/,
      }))

    it('an amount without its unit', () =>
      refuses(['run', 'doubler', 'input.json', '--max-price', '10000'], rich, {
        code: 'AMOUNT_INVALID',
        exit: 2,
        says: /10000/,
        next: /0\.01usdc/,
      }))
  })

  describe('chain', () => {
    it('the RPC is down', async () => {
      const network = await changedNetwork('down', { network: { rpcUrl: 'http://127.0.0.1:9' } })
      await refuses(['run', 'doubler', 'input.json'], withNetwork(network), {
        code: 'CHAIN_UNREACHABLE',
        exit: 4,
        says: /did not answer/,
        next: /npm start/,
      })
    })

    it('the wrong chain', async () => {
      const network = await changedNetwork('wrong', { deployment: { chainId: 80_002 } })
      await refuses(['run', 'doubler', 'input.json'], withNetwork(network), {
        code: 'WRONG_CHAIN',
        exit: 4,
        says: /80002.*31337/,
        next: /--network/,
      })
    })

    it('a chain that was reset', async () => {
      const network = await changedNetwork('reset', { deployment: { genesisHash: `0x${'ab'.repeat(32)}` } })
      await refuses(['model', 'list'], withNetwork(network), {
        code: 'CHAIN_RESET',
        exit: 4,
        says: /older chain/,
        next: /npm start/,
      })
    })

    it('a network that nobody knows', () =>
      refuses(['model', 'list'], withNetwork('nowhere'), {
        code: 'NETWORK_UNKNOWN',
        exit: 3,
        says: /nowhere/,
        next: /npm start/,
      }))
  })

  describe('keys', () => {
    it('a key that others can read', async () => {
      const home = join(dir, 'open')
      await cp(join(dir, 'rich'), home, { recursive: true })
      await chmod(join(home, 'keystore/default.json'), 0o644)
      const open = { ...rich, environment: { ...rich.environment, DIM_HOME: home } }
      await refuses(['run', 'doubler', 'input.json'], open, {
        code: 'KEY_FILE_READABLE',
        exit: 3,
        says: /0644/,
        next: /chmod 600/,
      })
      await refuses(['wallet', 'show'], open, {
        code: 'KEY_FILE_READABLE',
        exit: 3,
        says: /0644/,
        next: /chmod 600/,
      })
    })

    it('a password file that others can read', async () => {
      await writeFile(join(dir, 'open-password'), 'a password of a test\n')
      await chmod(join(dir, 'open-password'), 0o644)
      const open = {
        ...rich,
        environment: { ...rich.environment, DIM_PASSWORD_FILE: join(dir, 'open-password') },
      }
      await refuses(['run', 'doubler', 'input.json'], open, {
        code: 'KEY_FILE_READABLE',
        exit: 3,
        says: /open-password/,
        next: /chmod 600/,
      })
    })

    it('no wallet, no password', async () => {
      const none = { ...rich, environment: { ...rich.environment, DIM_HOME: join(dir, 'none') } }
      await refuses(['run', 'doubler', 'input.json'], none, {
        code: 'KEY_MISSING',
        exit: 3,
        says: /There is no key/,
        next: /dim wallet new/,
      })
      const { DIM_PASSWORD_FILE: _, ...rest } = rich.environment ?? {}
      await refuses(
        ['run', 'doubler', 'input.json'],
        { ...rich, environment: rest },
        { code: 'PASSWORD_NEEDED', exit: 3, says: /password/, next: /DIM_PASSWORD_FILE/ },
      )
    })
  })

  describe('the node', () => {
    let server: Server
    after(() => server?.close())

    it('a port in use names the process that holds it', async () => {
      server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      assert.ok(typeof address === 'object' && address !== null)
      const environment = {
        DIM_HOME: join(dir, 'node'),
        DIM_PASSWORD_FILE: join(dir, 'password'),
        DIM_HTTP_PORT: String(address.port),
      }
      await refuses(
        ['node', 'start'],
        { environment, cwd: dir },
        { code: 'PORT_IN_USE', exit: 3, says: new RegExp(`process ${process.pid} `), next: /http\.port/ },
      )
    })

    it('status and stop without a node', async () => {
      const environment = { DIM_HOME: join(dir, 'idle') }
      for (const verb of ['status', 'stop']) {
        await refuses(
          ['node', verb],
          { environment, cwd: dir },
          { code: 'NODE_NOT_RUNNING', exit: 6, says: /No node runs/, next: /dim node start/ },
        )
      }
    })

    it('a setting that does not exist', async () => {
      await writeFile(join(dir, 'bad.yaml'), 'http:\n  prot: 3000\n')
      await refuses(
        ['config', 'validate', 'bad.yaml'],
        { cwd: dir },
        { code: 'CONFIG_INVALID', exit: 3, says: /prot/, next: /./ },
      )
    })
  })

  it('a command line that nobody understands', async () => {
    await refuses(['modle', 'list'], rich, { code: 'USAGE', exit: 2, says: /modle/, next: /--help/ })
    await refuses(['run'], rich, { code: 'USAGE', exit: 2, says: /Which model/, next: /dim model list/ })
    await refuses(['model', 'list', '--nonsense'], rich, {
      code: 'USAGE',
      exit: 2,
      says: /--nonsense/,
      next: /--help/,
    })
  })
})
