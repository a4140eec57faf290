import { type Hex, keccak256, pad, stringToHex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { depositNonce, signAcceptance, signPayment, signServiceKey, signSubmission } from './gasSignatures.ts'
import { accountNamed, type Gas, type GasWorld } from './gasWorld.ts'

type JobParams = Record<string, unknown> & { price: bigint; challengeWindow: number }
type Job = { client: PrivateKeyAccount; params: JobParams; jobId: Hex; charged: bigint }

const BATCH = 50
const PRICE = 2_000_000n
const FLOOR = 100_000n
const WINDOW = 60
const hash = (text: string) => keccak256(stringToHex(text))

const plus = (...parts: Gas[]): Gas => ({
  ethereum: parts.reduce((sum, { ethereum }) => sum + ethereum, 0n),
  polygon: parts.reduce((sum, { polygon }) => sum + polygon, 0n),
})
const dividedUp = (gas: bigint, by: number) => (gas + BigInt(by) - 1n) / BigInt(by)
const per = ({ ethereum, polygon }: Gas, count: number): Gas => ({
  ethereum: dividedUp(ethereum, count),
  polygon: dividedUp(polygon, count),
})

/** Gas of every path in the steady state: one provider, one model, no counter at zero. */
export async function measurePaths(world: GasWorld): Promise<Record<string, Gas>> {
  const { usdc, jobEscrow, modelRegistry, providerRegistry, owner, measure } = world
  const [client, newcomer, provider, serviceKey, modelOwner, relayer] = [
    accountNamed('client'),
    accountNamed('newcomer'),
    accountNamed('provider'),
    accountNamed('service key'),
    accountNamed('model owner'),
    accountNamed('relayer'),
  ]
  const modelKey = hash('model')
  let nonce = 0

  const escrow = (from: PrivateKeyAccount, name: string, ...args: unknown[]) =>
    measure({ from, to: jobEscrow, name, args })
  const stakes = (from: PrivateKeyAccount, name: string, ...args: unknown[]) =>
    measure({ from, to: providerRegistry, name, args })

  async function propose(by: PrivateKeyAccount, charged = PRICE): Promise<Job> {
    nonce += 1
    const params = {
      client: by.address,
      provider: provider.address,
      modelKey,
      inputCommit: hash(`input ${nonce}`),
      inputRef: hash(`envelope ${nonce}`),
      price: PRICE,
      floor: FLOOR,
      submitBy: world.now() + 600,
      challengeWindow: WINDOW,
      feeBps: 100,
      royaltyBps: 500,
      verifyMode: 0,
      groupId: pad('0x'),
      nonce: BigInt(hash(`nonce ${nonce}`)) >> 160n,
    }
    const jobId = (await world.read(jobEscrow, 'jobIdOf', [params])) as Hex
    return { client: by, params, jobId, charged }
  }

  const create = ({ client: from, params }: Job) => escrow(from, 'createJob', params, '0x')

  async function createSigned({ client: by, params, jobId }: Job) {
    const validBefore = BigInt(world.now() + 900)
    const payment = {
      usdc: usdc.address,
      to: jobEscrow.address,
      value: params.price,
      validBefore,
      nonce: jobId,
    }
    const signature = await signPayment(by, payment)
    return escrow(relayer, 'createJobWithAuthorization', params, '0x', 0n, validBefore, signature)
  }

  const resultOf = ({ jobId, charged }: Job) => ({
    jobId,
    resultCommit: hash(`commit ${jobId}`),
    resultRef: hash(`result ${jobId}`),
    charged,
  })

  function submit(job: Job, from = provider) {
    const { resultCommit, resultRef, charged } = resultOf(job)
    return escrow(from, 'submit', job.params, resultCommit, resultRef, charged)
  }

  async function opened(by: PrivateKeyAccount, charged = PRICE) {
    const job = await propose(by, charged)
    await create(job)
    return job
  }

  async function submitted(by: PrivateKeyAccount, charged = PRICE) {
    const job = await opened(by, charged)
    await submit(job)
    return job
  }

  function settle(...jobs: Job[]) {
    world.pass(WINDOW + 1)
    return escrow(
      relayer,
      'settle',
      jobs.map(({ params }) => params),
    )
  }

  async function batch(charged: bigint) {
    const jobs: Job[] = []
    for (let index = 0; index < BATCH; index += 1) jobs.push(await submitted(client, charged))
    return per(await settle(...jobs), BATCH)
  }

  async function setUp() {
    await world.fund(client, newcomer, provider, serviceKey, modelOwner, relayer)
    for (const { address } of [client, newcomer, provider, modelOwner]) {
      await measure({ from: owner, to: usdc, name: 'mint', args: [address, 1_000_000_000n] })
    }
    const unlimited = 2n ** 256n - 1n
    const approve = (from: PrivateKeyAccount, spender: Hex) =>
      measure({ from, to: usdc, name: 'approve', args: [spender, unlimited] })
    await approve(client, jobEscrow.address)
    await approve(provider, providerRegistry.address)
    await stakes(provider, 'stake', provider.address, 300_000_000n)
    const proof = await signServiceKey(serviceKey, providerRegistry.address, provider.address)
    const setServiceKey = await stakes(provider, 'setServiceKey', serviceKey.address, 0, proof)
    const terms = [pad('0x'), FLOOR, 500, 0, pad('0x')]
    const registerModel = await measure({
      from: modelOwner,
      to: modelRegistry,
      name: 'register',
      args: [modelKey, ...terms],
    })
    await escrow(client, 'deposit', 500_000_000n)
    await settle(await submitted(client, PRICE / 2n))
    await submitted(client)
    return { registerModel, setServiceKey }
  }

  async function jobs() {
    const ofBalance = await propose(client)
    const createJob = await create(ofBalance)
    const submitOne = await submit(ofBalance)
    const settleAlone = await settle(ofBalance)
    const ofSignature = await propose(client)
    const createJobWithAuthorization = await createSigned(ofSignature)
    const jobOneSignature = plus(
      createJobWithAuthorization,
      await submit(ofSignature),
      await settle(ofSignature),
    )
    const first = await propose(newcomer, PRICE / 2n)
    const jobOneSignatureFirst = plus(await createSigned(first), await submit(first), await settle(first))
    const settleOf50PerJob = await batch(PRICE)
    return {
      job: plus(createJob, submitOne, settleOf50PerJob),
      jobOneSignature,
      jobOneSignatureFirst,
      createJob,
      createJobWithAuthorization,
      submit: submitOne,
      settleOf50PerJob,
      settleOf50WithRefundPerJob: await batch(PRICE / 2n),
      settleAlone,
    }
  }

  async function endings() {
    const accepted = await submitted(client)
    const byKey = await opened(client)
    const bySignature = await opened(client)
    const expired = await opened(client)
    const declined = await opened(client)
    const signature = await signAcceptance(client, jobEscrow.address, resultOf(accepted))
    const { resultCommit, resultRef, charged } = resultOf(bySignature)
    const submission = await signSubmission(serviceKey, jobEscrow.address, resultOf(bySignature))
    const acceptSigned = await escrow(
      relayer,
      'acceptSigned',
      accepted.params,
      resultOf(accepted).resultCommit,
      resultOf(accepted).resultRef,
      signature,
    )
    const submitByServiceKey = await submit(byKey, serviceKey)
    const submitSigned = await escrow(
      relayer,
      'submitSigned',
      bySignature.params,
      resultCommit,
      resultRef,
      charged,
      submission,
    )
    const accept = await escrow(client, 'accept', byKey.params)
    const decline = await escrow(provider, 'decline', declined.params)
    const revoke = await escrow(client, 'revoke', (await propose(client)).params)
    world.pass(601)
    const expire = await escrow(relayer, 'expire', [expired.params])
    return { submitByServiceKey, submitSigned, accept, acceptSigned, expire, decline, revoke }
  }

  async function money() {
    const [amount, salt, validBefore] = [1_000_000n, hash('salt'), BigInt(world.now() + 900)]
    const authorization = await signPayment(client, {
      usdc: usdc.address,
      to: jobEscrow.address,
      value: amount,
      validBefore,
      nonce: depositNonce(client.address, amount, salt),
    })
    const deposit = await escrow(client, 'deposit', amount)
    const depositWithAuthorization = await escrow(
      relayer,
      'depositWithAuthorization',
      client.address,
      amount,
      salt,
      0n,
      validBefore,
      authorization,
    )
    const withdraw = await escrow(provider, 'withdraw', provider.address, amount)
    const claimRoyalty = await escrow(modelOwner, 'claimRoyalty', modelKey, modelOwner.address)
    const stake = await stakes(provider, 'stake', provider.address, amount)
    await stakes(provider, 'requestUnstake', amount)
    const requestUnstake = await stakes(provider, 'requestUnstake', amount)
    world.pass(3_601)
    const withdrawStake = await stakes(provider, 'withdrawStakeTo', provider.address)
    return { deposit, depositWithAuthorization, withdraw, claimRoyalty, stake, requestUnstake, withdrawStake }
  }

  const { registerModel, setServiceKey } = await setUp()
  return { ...(await jobs()), ...(await endings()), ...(await money()), registerModel, setServiceKey }
}
