import { JobOrder, JobParams } from '@dim/sdk'
import { keccak256, pad, parseSignature, stringToHex } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'
import { signPermit, signServiceKey } from './gasSignatures.ts'
import { accountNamed, type Gas, type GasWorld } from './gasWorld.ts'

const ORDERS = 100
const JOBS = 20
const PRICE = 2_000_000n
const FLOOR = 100_000n
const RELEASE_DELAY = 60
const HALF_A_WORD = 2n ** 128n - 1n
const unlimited = 2n ** 256n - 1n
const hash = (text: string) => keccak256(stringToHex(text))

const dividedUp = (gas: bigint, by: number) => (gas + BigInt(by) - 1n) / BigInt(by)
const per = ({ ethereum, polygon }: Gas, count: number): Gas => ({
  ethereum: dividedUp(ethereum, count),
  polygon: dividedUp(polygon, count),
})

/** Gas of orders, of their reserve and their ways out, and of jobs that others open for a client: one provider, one model. */
export async function measureOrderPaths(world: GasWorld): Promise<Record<string, Gas>> {
  const { usdc, jobEscrow, modelRegistry, providerRegistry, owner, measure } = world
  const client = accountNamed('order client')
  const newcomer = accountNamed('order newcomer')
  const provider = accountNamed('order provider')
  const serviceKey = accountNamed('order service key')
  const modelOwner = accountNamed('order model owner')
  const relayer = accountNamed('order relayer')
  const modelKey = hash('order model')
  const domain = { chainId: hardhat.id, jobEscrow: jobEscrow.address }

  const escrow = (from: PrivateKeyAccount, name: string, ...args: unknown[]) =>
    measure({ from, to: jobEscrow, name, args })

  async function setUp() {
    await world.fund(client, newcomer, provider, serviceKey, modelOwner, relayer)
    for (const { address } of [client, newcomer, provider]) {
      await measure({ from: owner, to: usdc, name: 'mint', args: [address, 1_000_000_000n] })
    }
    for (const [from, { address }] of [
      [client, jobEscrow],
      [newcomer, jobEscrow],
      [provider, providerRegistry],
    ] as const) {
      await measure({ from, to: usdc, name: 'approve', args: [address, unlimited] })
    }
    const stake = [provider.address, 300_000_000n]
    await measure({ from: provider, to: providerRegistry, name: 'stake', args: stake })
    const proof = await signServiceKey(serviceKey, providerRegistry.address, provider.address)
    const key = [serviceKey.address, 0, proof]
    await measure({ from: provider, to: providerRegistry, name: 'setServiceKey', args: key })
    const terms = [modelKey, pad('0x'), FLOOR, 500, 0, pad('0x')]
    await measure({ from: modelOwner, to: modelRegistry, name: 'register', args: terms })
    for (const from of [client, newcomer]) {
      await escrow(from, 'deposit', 900_000_000n)
      await escrow(from, 'reserve', 300_000_000n)
    }
  }

  async function row(by: PrivateKeyAccount, nonce: number) {
    const order = {
      client: by.address,
      provider: provider.address,
      modelKey,
      inputCommit: hash(`order input ${nonce}`),
      price: PRICE,
      submitBy: world.now() + 86_400,
      feeBps: 100,
      royaltyBps: 500,
      nonce: BigInt(nonce),
    }
    const clientSignature = await JobOrder.sign(domain, order, by)
    return { order, resultCommit: hash(`order result ${nonce}`), charged: PRICE, clientSignature }
  }

  async function settle(by: PrivateKeyAccount, { from, count, sender = provider }: Batch) {
    const rows = await Promise.all(Array.from({ length: count }, (_, index) => row(by, from + index)))
    return escrow(sender, 'settleOrders', rows)
  }

  async function orders() {
    await settle(client, { from: 0, count: 1 })
    const orderAt100 = per(await settle(client, { from: 1, count: ORDERS }), ORDERS)
    const orderAlone = await settle(client, { from: 101, count: 1 })
    const orderAloneByServiceKey = await settle(client, { from: 102, count: 1, sender: serviceKey })
    const orderFirstTime = per(await settle(newcomer, { from: 0, count: ORDERS }), ORDERS)
    return { orderAt100, orderFirstTime, orderAlone, orderAloneByServiceKey }
  }

  async function waysOut() {
    const reserve = await escrow(client, 'reserve', 1_000_000n)
    const startRelease = await escrow(client, 'startRelease', 1_000_000n)
    world.pass(RELEASE_DELAY)
    const finishRelease = await escrow(client, 'finishRelease')
    const startCancel = await escrow(client, 'startCancel', 0, HALF_A_WORD)
    world.pass(RELEASE_DELAY)
    const finishCancel = await escrow(client, 'finishCancel', 0)
    return { reserve, startRelease, finishRelease, startCancel, finishCancel }
  }

  const jobOf = (nonce: number) => ({
    client: client.address,
    provider: provider.address,
    modelKey,
    inputCommit: hash(`signed input ${nonce}`),
    inputRef: hash(`signed envelope ${nonce}`),
    price: PRICE,
    floor: FLOOR,
    submitBy: world.now() + 600,
    challengeWindow: 60,
    feeBps: 100,
    royaltyBps: 500,
    verifyMode: 0,
    groupId: pad('0x'),
    nonce: BigInt(hash(`signed nonce ${nonce}`)) >> 160n,
  })

  async function jobsOfOthers() {
    const rows = Array.from({ length: JOBS }, async (_, nonce) => {
      const params = jobOf(nonce)
      return { params, accessProof: '0x', clientSignature: await JobParams.sign(domain, params, client) }
    })
    const createJobs = per(await escrow(relayer, 'createJobs', await Promise.all(rows)), JOBS)
    await createByPermit(JOBS)
    return { createJobs, createJobWithPermit: await createByPermit(JOBS + 1) }
  }

  // A permit sets the allowance that its job uses up; after the first its nonce is not zero any more.
  async function createByPermit(job: number) {
    const deadline = BigInt(world.now() + 900)
    const nonce = (await world.read(usdc, 'nonces', [client.address])) as bigint
    const permit = { spender: jobEscrow.address, value: PRICE, nonce, deadline }
    const { v, r, s } = parseSignature(await signPermit(client, usdc.address, permit))
    return escrow(client, 'createJobWithPermit', jobOf(job), '0x', deadline, Number(v), r, s)
  }

  await setUp()
  return { ...(await orders()), ...(await waysOut()), ...(await jobsOfOthers()) }
}

type Batch = { from: number; count: number; sender?: PrivateKeyAccount }
