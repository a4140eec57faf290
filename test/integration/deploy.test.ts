import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  acceptJob,
  approveUsdc,
  assertDeployment,
  createJobWithAuthorization,
  type Deployment,
  getChainTime,
  getEscrowAccount,
  getUsdcBalance,
  JobParams,
  jobEscrowAbi,
  registerModel,
  signReceiveAuthorization,
  stake,
  submitResult,
  waitForTransaction,
  withDeployment,
  withdraw,
} from '@dim/sdk'
import hre from 'hardhat'
import {
  type Address,
  createWalletClient,
  encodeDeployData,
  encodeFunctionData,
  getContract,
  type Hex,
  type LocalAccount,
  parseAbi,
  parseEther,
  zeroHash,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { createWallet } from '../../packages/node/src/identity/createWallet.ts'
import { openWallet } from '../../packages/node/src/identity/openWallet.ts'
import { checkDeployed, sources } from '../../scripts/deploy/checkDeployed.ts'
import { constructorArguments } from '../../scripts/deploy/constructorArguments.ts'
import { type Deployed, type DeployTarget, deployProtocol } from '../../scripts/deploy/deployProtocol.ts'
import { withDeployments } from '../../scripts/deploy/exportedDeployments.ts'
import { type NetworkName, networks } from '../../scripts/deploy/networks.ts'
import { type DeployParameters, readParameters } from '../../scripts/deploy/parameters.ts'
import { placesOf } from '../../scripts/deploy/places.ts'
import type { ContractName } from '../../scripts/deploy/runModule.ts'
import { type PublicChain, startPublicChain } from '../support/publicChain.ts'

const password = 'a password for a rehearsal'
const [proposer, executor, guardian, provider, client] = Array.from({ length: 5 }, () =>
  privateKeyToAccount(generatePrivateKey()),
) as [LocalAccount, LocalAccount, LocalAccount, LocalAccount, LocalAccount]

const timelockAbi = parseAbi([
  'function schedule(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt, uint256 delay)',
  'function execute(address target, uint256 value, bytes payload, bytes32 predecessor, bytes32 salt) payable',
])

const ownedAbi = parseAbi(['function owner() view returns (address)'])

/** The network's own file, with accounts where it leaves them to who deploys. */
async function fillIn(dir: string, network: NetworkName): Promise<DeployParameters> {
  const { Token, Dim } = JSON.parse(await readFile(placesOf(network).parameters, 'utf8'))
  const file = join(dir, `${network}.json`)
  const accounts = {
    proposers: [proposer.address],
    executors: [executor.address],
    guardian: guardian.address,
  }
  await writeFile(file, JSON.stringify({ Token, Dim: { ...Dim, ...accounts } }))
  return readParameters(file, network)
}

for (const network of ['amoy', 'polygon'] as const) {
  describe(`a deployment on ${networks[network].title}, rehearsed on a local chain with its id`, () => {
    let chain: PublicChain
    let dir: string
    let deployer: Address
    let parameters: DeployParameters
    let deployed: Deployed
    let confirmations = 0

    before(async () => {
      await hre.tasks.getTask('build').run({ quiet: true, noTests: true })
      dir = await mkdtemp(join(tmpdir(), 'dim-deploy-'))
      parameters = await fillIn(dir, network)
      chain = await startPublicChain(networks[network].chainId)
      const keystore = { dir: join(dir, 'keystore'), name: 'deployer', password }
      deployer = (await createWallet({ ...keystore, scryptN: 1_024 })).address
    })
    after(async () => {
      await chain.close()
      await rm(dir, { recursive: true, force: true })
    })

    const target = (changes: Partial<DeployTarget> = {}): DeployTarget => ({
      network,
      rpcUrl: chain.rpcUrl,
      parameters,
      journalDir: join(dir, 'journal'),
      openAccount: () => openWallet({ dir: join(dir, 'keystore'), name: 'deployer', password }),
      confirm: async () => {
        confirmations += 1
      },
      config: { blockPollingInterval: 20 },
      ...changes,
    })
    const nonce = () => chain.client.getTransactionCount({ address: deployer })
    const refuses = async (code: string, changes: Partial<DeployTarget> = {}) => {
      await assert.rejects(deployProtocol(target(changes)), { code })
      assert.equal(await nonce(), 0)
      assert.equal(confirmations, 0)
    }

    describe('before anything is sent', () => {
      const other = network === 'amoy' ? 'polygon' : 'amoy'

      it('is refused on another chain', () => refuses('CHAIN_UNEXPECTED', { network: other }))

      it('is refused without a node', () =>
        refuses('CHAIN_NODE_UNREACHABLE', { rpcUrl: 'http://127.0.0.1:9' }))

      it('is refused where there is no token', () => refuses('DEPLOYMENT_TOKEN_WRONG'))

      it('is refused for a token that signs under another name', async () => {
        await chain.placeToken(parameters.Dim.usdc, 'USD Coin (PoS)')
        await refuses('DEPLOYMENT_TOKEN_WRONG')
        await chain.renameToken(parameters.Dim.usdc, parameters.Token.name)
        await refuses('DEPLOYMENT_TOKEN_WRONG', {
          parameters: { ...parameters, Token: { ...parameters.Token, version: '1' } },
        })
      })

      it('is refused with too little for the gas', async () => {
        await chain.client.setBalance({ address: deployer, value: 10n ** 15n })
        await refuses('INSUFFICIENT_DEPLOYMENT_FUNDS')
      })

      it('is refused when nobody consents, after saying what it costs', async () => {
        await chain.client.setBalance({ address: deployer, value: parseEther('100') })
        const confirm: DeployTarget['confirm'] = async (plan) => {
          assert.equal(plan.deployer, deployer)
          const price = await chain.client.getGasPrice()
          assert.equal(plan.gasPrice, network === 'amoy' ? 32_000_000_000n : price)
          assert.ok(plan.gas > 10_000_000n && plan.gas < 60_000_000n, `${plan.gas}`)
          throw Object.assign(new Error('no'), { code: 'NOT_CONFIRMED' })
        }
        await refuses('NOT_CONFIRMED', { confirm })
      })
    })

    it('goes on where it was interrupted, whatever of the conversation was lost', async () => {
      const interrupted = () =>
        assert.rejects(deployProtocol(target()), { code: 'CONTRACT_DEPLOYMENT_FAILED' })
      chain.failSending(2, 'request')
      await interrupted()
      assert.equal(await nonce(), 2)
      // As if the process had ended before it signed the third one.
      await rm(join(dir, 'journal/signed.jsonl'))
      chain.failSending(1, 'request')
      await interrupted()
      assert.equal(await nonce(), 3)
      chain.failSending(1, 'answer')
      await interrupted()
      assert.equal(await nonce(), 5)
      chain.failSending(Number.POSITIVE_INFINITY)
      deployed = await deployProtocol(target())
      assert.equal(await nonce(), 7)
    })

    it('is exactly what is asked for', async () => {
      const { addresses } = deployed
      for (const name of ['jobEscrow', 'providerRegistry', 'paymentChannels'] as const) {
        const address = addresses[name]
        const call = { address, abi: ownedAbi, functionName: 'owner' } as const
        const owner = await chain.client.readContract(call)
        assert.equal(owner, addresses.timelock)
      }
      const escrow = getContract({ address: addresses.jobEscrow, abi: jobEscrowAbi, client: chain.client })
      assert.deepEqual(await escrow.read.limits(), {
        minSubmitDelay: 30,
        maxSubmitDelay: 2_592_000,
        minWindow: 600,
        maxWindow: 604_800,
        resolvePeriod: 259_200,
        exposureBps: 10_000,
        releaseDelay: 86_400,
      })
      assert.equal(await escrow.read.guardian(), guardian.address)
    })

    it('is found out when it is not', async () => {
      const check = { client: chain.client as never, addresses: deployed.addresses, deployer, isFresh: true }
      await checkDeployed({ ...check, parameters })
      const { Dim, Token } = parameters
      const other = `0x${'ab'.repeat(20)}` as const
      for (const name of Object.keys(Dim) as (keyof typeof Dim)[]) {
        const value = Dim[name]
        const changed = typeof value === 'number' ? value + 1 : Array.isArray(value) ? [other] : other
        await assert.rejects(
          checkDeployed({ ...check, parameters: { Token, Dim: { ...Dim, [name]: changed } } }),
          {
            code: 'CONTRACT_DEPLOYMENT_DIFFERS',
          },
        )
      }
      const { jobEscrow, paymentChannels } = deployed.addresses
      const swapped = {
        ...deployed.addresses,
        coreDeployer: jobEscrow,
        equivocationDeployer: paymentChannels,
      }
      await assert.rejects(checkDeployed({ ...check, parameters, addresses: swapped }), {
        message: /code of coreDeployer .*code of equivocationDeployer/,
      })
    })

    it('knows what every constructor was called with, for the explorer', async () => {
      const args = constructorArguments(deployed.addresses, parameters)
      const created = new Map<string, Hex>()
      for (let number = await chain.client.getBlockNumber(); number > 0n; number -= 1n) {
        const { transactions } = await chain.client.getBlock({
          blockNumber: number,
          includeTransactions: true,
        })
        for (const { hash, input } of transactions) {
          const { contractAddress } = await chain.client.getTransactionReceipt({ hash })
          if (contractAddress) created.set(contractAddress.toLowerCase(), input)
        }
      }
      const direct = (Object.keys(sources) as ContractName[]).filter((name) =>
        created.has(deployed.addresses[name].toLowerCase()),
      )
      assert.equal(direct.length, 6)
      for (const name of direct) {
        const { abi, bytecode } = await hre.artifacts.readArtifact(sources[name])
        const data = encodeDeployData({ abi, bytecode: bytecode as Hex, args: args[name] } as never)
        assert.equal(created.get(deployed.addresses[name].toLowerCase()), data, name)
      }
    })

    it('obeys nobody but the timelock, and that only after its delay', async () => {
      const { jobEscrow, timelock } = deployed.addresses
      const payload = encodeFunctionData({ abi: jobEscrowAbi, functionName: 'setFee', args: [50] })
      const as = (account: LocalAccount) => createWalletClient({ ...chain.shared, account })
      for (const account of [proposer, executor, guardian])
        await chain.client.setBalance({ address: account.address, value: parseEther('1') })
      const operation = [jobEscrow, 0n, payload, zeroHash, zeroHash] as const
      const delay = BigInt(parameters.Dim.timelockDelay)
      const wait = (hash: Hex) => chain.client.waitForTransactionReceipt({ hash })
      const call = { address: timelock, abi: timelockAbi } as const
      const schedule = (seconds: bigint) =>
        as(proposer).writeContract({ ...call, functionName: 'schedule', args: [...operation, seconds] })
      const execute = () => as(executor).writeContract({ ...call, functionName: 'execute', args: operation })
      await assert.rejects(as(guardian).sendTransaction({ to: jobEscrow, data: payload }))
      await assert.rejects(schedule(delay - 1n))
      await wait(await schedule(delay))
      await assert.rejects(execute())
      await chain.client.increaseTime({ seconds: Number(delay) })
      await wait(await execute())
      assert.equal(
        await chain.client.readContract({ address: jobEscrow, abi: jobEscrowAbi, functionName: 'feeBps' }),
        50,
      )
    })

    it('pays for a job', async () => {
      const { deployment } = deployed
      await assertDeployment(withDeployment(chain.client, deployment))
      const paid = await payForOneJob(chain, deployment)
      assert.equal(paid, 1_000_000n - 5_000n)
    })

    it('is not repeated by a second run', async () => {
      const [nonceBefore, asked] = [await nonce(), confirmations]
      await chain.client.setBalance({ address: deployer, value: 0n })
      // The timelock changed the fee since: what may change is no longer compared.
      assert.deepEqual(await deployProtocol(target()), { ...deployed, sent: [] })
      assert.equal(await nonce(), nonceBefore)
      assert.equal(confirmations, asked)
    })

    it('is exported to the SDK, the same each time', async () => {
      const source = await readFile('packages/sdk/src/deployments.ts', 'utf8')
      const once = withDeployments(source, [deployed.deployment])
      assert.equal(withDeployments(once, [deployed.deployment]), once)
      assert.equal(withDeployments(once, []), withDeployments(source, []))
      const written = /> = (\{[\s\S]*?\n\})\n/.exec(once)?.[1]
      assert.deepEqual(await evaluate(written ?? ''), { [deployed.deployment.chainId]: deployed.deployment })
    })
  })
}

/** What the provider holds at the end, having taken its pay out. */
async function payForOneJob(chain: PublicChain, deployment: Deployment): Promise<bigint> {
  const writer = (account: LocalAccount) =>
    withDeployment(createWalletClient({ ...chain.shared, account }), deployment)
  const [seller, buyer] = [writer(provider), writer(client)]
  const done = async (sent: Promise<Hex>) => waitForTransaction(seller, { hash: await sent })
  const stakeUsdc = 100_000_000n
  for (const [account, amount] of [
    [provider, stakeUsdc],
    [client, 1_000_000n],
  ] as const) {
    await chain.client.setBalance({ address: account.address, value: parseEther('1') })
    await chain.mint(deployment.usdc, account.address, amount)
  }
  const modelKey = `0x${'0d'.repeat(32)}` as const
  await done(registerModel(seller, { modelKey, floorUsdc: 1_000n, royaltyBps: 0, policy: 'public' }))
  await done(approveUsdc(seller, { spender: deployment.providerRegistry, amountUsdc: stakeUsdc }))
  await done(stake(seller, { provider: provider.address, amountUsdc: stakeUsdc }))

  const now = await getChainTime(seller)
  const params = JobParams.parse({
    client: client.address,
    provider: provider.address,
    modelKey,
    inputCommit: `0x${'01'.repeat(32)}`,
    inputRef: `0x${'02'.repeat(32)}`,
    price: '1000000',
    floor: '1000',
    submitBy: now + 120,
    challengeWindow: 600,
    feeBps: 50,
    royaltyBps: 0,
    verifyMode: 0,
    groupId: zeroHash,
    nonce: '1',
  })
  const nonce = JobParams.jobId(deployment, params)
  const authorization = await signReceiveAuthorization(buyer, {
    to: deployment.jobEscrow,
    amountUsdc: params.price,
    validBefore: BigInt(now + 600),
    nonce,
  })
  await done(createJobWithAuthorization(seller, { params, ...authorization }))
  const result = { resultCommit: `0x${'03'.repeat(32)}`, resultRef: `0x${'04'.repeat(32)}` } as const
  await done(submitResult(seller, { params, ...result, chargedUsdc: params.price }))
  await done(acceptJob(buyer, { params }))
  const { availableUsdc } = await getEscrowAccount(seller, { account: provider.address })
  await done(withdraw(seller, { to: provider.address, amountUsdc: availableUsdc }))
  return getUsdcBalance(seller, { account: provider.address })
}

async function evaluate(literal: string): Promise<unknown> {
  const module = await import(`data:text/javascript,${encodeURIComponent(`export default ${literal}`)}`)
  return module.default
}
