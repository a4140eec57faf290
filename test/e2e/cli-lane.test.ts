import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { choosePort } from '../../packages/node/src/devnet/choosePort.ts'
import { dim, finished, mainFile, startTestDevnet, type TestDevnet } from '../support/devnet.ts'
import { doublerOnnx } from '../support/testModel.ts'
import { until } from '../support/until.ts'

describe('the whole way by the command line alone', { timeout: 600_000 }, () => {
  let devnet: TestDevnet
  let dir = ''
  let jobId = ''

  const run = async (...args: string[]) => {
    const environment = {
      DIM_HOME: join(dir, 'home'),
      DIM_PASSWORD_FILE: join(dir, 'password'),
      DIM_NETWORK: devnet.dir,
    }
    const result = await dim(args, { environment, cwd: dir })
    assert.equal(result.code, 0, `dim ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
    return result
  }

  const runAsAlice = async (...args: string[]) => {
    const environment = { DIM_HOME: join(devnet.dir, 'alice') }
    const result = await dim([...args, '--json', '--config', join(devnet.dir, 'alice/config.yaml')], {
      environment,
      cwd: dir,
    })
    assert.equal(result.code, 0, `dim ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
    return result.json()
  }

  before(async () => {
    devnet = await startTestDevnet()
    dir = await mkdtemp(join(tmpdir(), 'dim-lane-'))
    await writeFile(join(dir, 'password'), 'a password of a test\n', { mode: 0o600 })
    await writeFile(join(dir, 'm.onnx'), doublerOnnx())
    await writeFile(join(dir, 'input.json'), JSON.stringify({ x: [1, 2, 3.5] }))
  })

  after(async () => {
    const { code } = await devnet.stop()
    await rm(dir, { recursive: true, force: true })
    assert.equal(code, 0)
  })

  it('makes a wallet that only its owner can read, and funds it', async () => {
    const { address, path } = (await run('wallet', 'new', '--json')).json() as unknown as {
      address: string
      path: string
    }
    assert.match(address, /^0x[0-9a-fA-F]{40}$/)
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    await run('wallet', 'fund', '5usdc')
    const { wallets } = (await run('wallet', 'show', '--json')).json() as unknown as {
      wallets: { usdc: string }[]
    }
    assert.equal(wallets[0]?.usdc, '5000000')
  })

  it('looks at a model without chain and key', async () => {
    const result = await dim(['model', 'validate', 'm.onnx', '--json'], {
      cwd: dir,
      environment: { DIM_HOME: join(dir, 'nothing') },
    })
    assert.equal(result.code, 0, result.stderr)
    const report = result.json() as unknown as { opset: number; inputs: unknown; golden: { vectors: number } }
    assert.equal(report.opset, 17)
    assert.deepEqual(report.inputs, [{ name: 'x', dtype: 'float32', dims: ['n'] }])
    assert.equal(report.golden.vectors, 2)
  })

  it('says what a deployment would cost and sends nothing', async () => {
    const before = await run('model', 'list', '--json')
    const plan = (
      await run('model', 'deploy', '--model', 'm.onnx', '--name', 'Classifier', '--dry-run', '--json')
    ).json() as unknown as {
      transactions: { simulated: boolean; gas: number }[]
    }
    assert.equal(plan.transactions[0]?.simulated, true)
    assert.ok((plan.transactions[0]?.gas ?? 0) > 21_000)
    assert.equal((await run('model', 'list', '--json')).stdout, before.stdout)
  })

  describe("the four lines of the project's description", () => {
    it('dim model deploy --model m.onnx --name "Classifier" --access-policy public', async () => {
      const { stdout } = await run(
        'model',
        'deploy',
        '--model',
        'm.onnx',
        '--name',
        'Classifier',
        '--access-policy',
        'public',
      )
      assert.match(stdout, /Classifier 1\.0\.0/)
    })

    it('dim model list', async () => {
      const { stdout } = await run('model', 'list')
      for (const name of ['line-reader', 'symbol-classifier', 'voice-activity', 'Classifier'])
        assert.match(stdout, new RegExp(name))
    })

    it('dim model info --model-id ID', async () => {
      const { models } = (await run('model', 'list', '--json')).json() as unknown as {
        models: { name: string; modelKey: string; cid: string }[]
      }
      const model = models.find(({ name }) => name === 'Classifier')
      for (const id of ['Classifier', model?.modelKey ?? '', model?.cid ?? '']) {
        assert.match((await run('model', 'info', '--model-id', id)).stdout, /x {2}float32\[n\]/)
      }
    })

    it('dim model inference --model-id ID --input input.json --output result.json', async () => {
      await run(
        'model',
        'inference',
        '--model-id',
        'Classifier',
        '--input',
        'input.json',
        '--output',
        'result.json',
      )
      const result = JSON.parse(await readFile(join(dir, 'result.json'), 'utf8'))
      assert.equal(result.status, 'completed')
      assert.deepEqual(result.tensors.y, { dtype: 'float32', dims: [3], values: [2, 4, 7] })
      assert.equal(BigInt(result.paidUsdc) + BigInt(result.refundedUsdc), BigInt(result.priceUsdc))
      jobId = result.jobId
    })
  })

  it('deploys the same again without a second registration', async () => {
    const again = (
      await run('model', 'deploy', '--model', 'm.onnx', '--name', 'Classifier', '--json')
    ).json() as unknown as { alreadyRegistered: boolean }
    assert.equal(again.alreadyRegistered, true)
  })

  it('runs detached, and goes on by `job watch`', async () => {
    const { stdout } = await run('run', 'Classifier', '{"x":[4]}', '--detach')
    const detached = stdout.trim()
    const { output, status } = (
      await run('job', 'watch', detached, '--json', '--receipt', 'r.json')
    ).json() as unknown as { output: { values: number[] }; status: string }
    assert.equal(status, 'completed')
    assert.deepEqual(output.values, [8])
  })

  it('leaves the job running on Ctrl-C, and says how to go on', async () => {
    const child = spawn(process.execPath, [mainFile, 'run', 'Classifier', '{"x":[5]}'], {
      cwd: dir,
      env: {
        ...process.env,
        DIM_HOME: join(dir, 'home'),
        DIM_PASSWORD_FILE: join(dir, 'password'),
        DIM_NETWORK: devnet.dir,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = finished(child)
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('payment signed')) child.kill('SIGINT')
    })
    const { code, stderr } = await ended
    assert.equal(code, 1, stderr)
    assert.match(stderr, /JOB_DETACHED/)
    assert.match(stderr, /escrow/)
    const [, left = ''] = /dim job watch (0x[0-9a-f]{64})/.exec(stderr) ?? []
    const { output } = (await run('job', 'watch', left, '--json')).json() as unknown as {
      output: { values: number[] }
    }
    assert.deepEqual(output.values, [10])
  })

  it('verifies a receipt on the chain and offline, and refuses a changed one', async () => {
    const onChain = (await run('verify', 'r.json', '--json')).json() as unknown as {
      onChain: { checked: boolean; paid: boolean }
    }
    assert.deepEqual(onChain.onChain, { checked: true, paid: true })
    await run('verify', 'r.json', '--offline')
    const receipt = JSON.parse(await readFile(join(dir, 'r.json'), 'utf8'))
    receipt.receipt.charged = '1'
    await writeFile(join(dir, 'forged.json'), JSON.stringify(receipt))
    const forged = await dim(['verify', 'forged.json', '--offline'], { cwd: dir })
    assert.equal(forged.code, 1)
    assert.match(forged.stderr, /RECEIPT_INVALID/)
  })

  it('shows the job', async () => {
    const job = (await run('job', 'show', jobId, '--json')).json() as unknown as {
      status: string
      events: { paid: { transactionHash: string } }
    }
    assert.equal(job.status, 'completed')
    assert.match(job.events.paid.transactionHash, /^0x/)
    const { jobs } = (await run('job', 'list', '--json')).json() as unknown as {
      jobs: { jobId: string; status: string }[]
    }
    assert.equal(jobs.find((one) => one.jobId === jobId)?.status, 'completed')
  })

  it('tells the provider what it earned, and pays it out once', async () => {
    const before = (await runAsAlice('node', 'earnings')) as unknown as {
      jobsPaid: number
      claimableUsdc: string
      earnedUsdc: string
    }
    assert.equal(before.jobsPaid, 3)
    assert.ok(BigInt(before.claimableUsdc) > 0n)
    assert.equal(before.claimableUsdc, before.earnedUsdc)
    const claim = (await runAsAlice('node', 'claim')) as unknown as { claimedUsdc: string }
    assert.equal(claim.claimedUsdc, before.claimableUsdc)
    const after = (await runAsAlice('node', 'earnings')) as unknown as {
      claimableUsdc: string
      withdrawnUsdc: string
    }
    assert.deepEqual(
      { claimable: after.claimableUsdc, withdrawn: after.withdrawnUsdc },
      { claimable: '0', withdrawn: before.earnedUsdc },
    )
  })

  it('reports the node as running, healthy and ready', async () => {
    const status = (await runAsAlice('node', 'status')) as unknown as { running: boolean; ready: boolean }
    assert.deepEqual({ running: status.running, ready: status.ready }, { running: true, ready: true })
    const doctor = (await runAsAlice('node', 'doctor')) as unknown as { healthy: boolean }
    assert.equal(doctor.healthy, true)
  })

  it("brings a provider of one's own from nothing to ready, and stops it", async () => {
    const { port } = await choosePort(0)
    const environment = { DIM_HOME: join(dir, 'provider'), DIM_PASSWORD_FILE: join(dir, 'password') }
    const own = async (...args: string[]) => {
      const result = await dim([...args, '--json'], { environment, cwd: dir })
      assert.equal(result.code, 0, `dim ${args.join(' ')}\n${result.stdout}\n${result.stderr}`)
      return result.json() as Record<string, unknown>
    }
    const deployment = join(devnet.dir, 'deployment.json')
    const init = [
      'node',
      'init',
      '--rpc-url',
      devnet.state.rpcUrl,
      '--deployment',
      deployment,
      '--port',
      String(port),
      '--ask',
      '0.0001usdc',
    ]
    const { address } = await own(...init)
    assert.deepEqual(await own(...init), {
      ...(await own(...init)),
      address,
      keysCreated: false,
      configWritten: false,
    })
    await own('wallet', 'fund', '50usdc', '--wallet', 'account')
    assert.equal((await own('node', 'stake', 'add', '20usdc')).stakeUsdc, '20000000')
    const child = spawn(process.execPath, [mainFile, 'node', 'start'], {
      cwd: dir,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = finished(child)
    try {
      await until(async () => {
        const { stdout } = await dim(['node', 'status', '--json'], { environment, cwd: dir })
        return stdout.includes('"ready":true')
      }, 60_000)
      assert.equal((await own('node', 'doctor')).healthy, true)
      const { stopped, pid } = await own('node', 'stop')
      assert.deepEqual({ stopped, pid }, { stopped: true, pid: child.pid })
    } finally {
      child.kill('SIGTERM')
    }
    assert.equal((await ended).code, 0)
  })

  it('ends the sale of a model only when that is confirmed', async () => {
    const environment = {
      DIM_HOME: join(dir, 'home'),
      DIM_PASSWORD_FILE: join(dir, 'password'),
      DIM_NETWORK: devnet.dir,
    }
    const refused = await dim(['model', 'deprecate', 'Classifier'], { environment, cwd: dir })
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /CONFIRMATION_NEEDED/)
    await run('model', 'deprecate', 'Classifier', '--yes')
    const { models } = (await run('model', 'list', '--json')).json() as unknown as {
      models: { name: string }[]
    }
    assert.equal(
      models.some(({ name }) => name === 'Classifier'),
      false,
    )
  })
})
