import hre from 'hardhat'
import {
  type Abi,
  type AccessList,
  type Address,
  type ContractFunctionArgs,
  createPublicClient,
  createWalletClient,
  custom,
  type EIP1193RequestFn,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  keccak256,
  stringToHex,
} from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { hardhat } from 'viem/chains'
import { polygonGas } from './polygonGas.ts'

export type Gas = { ethereum: bigint; polygon: bigint }
export type Contract = { address: Address; abi: Abi }
export type Call = {
  from: PrivateKeyAccount
  to: Contract
  name: string
  args: readonly unknown[]
  accessList?: AccessList
}
export type GasWorld = Awaited<ReturnType<typeof createGasWorld>>

const START = 1_790_000_000
const zeroAddress = '0x0000000000000000000000000000000000000000'
const usdcUnits = (amount: number) => BigInt(amount) * 1_000_000n

export const accountNamed = (name: string) => privateKeyToAccount(keccak256(stringToHex(name)))

/** The protocol on an in-process chain whose clock, keys and addresses are the same at every run. */
export async function createGasWorld() {
  const connection = await hre.network.create({
    network: 'devnet',
    override: { initialDate: new Date(START * 1000), allowBlocksWithSameTimestamp: true },
  })
  const request = connection.provider.request.bind(connection.provider) as unknown as EIP1193RequestFn
  const rpc = (method: string, ...params: unknown[]) => request({ method, params } as never)
  const transport = custom({ request })
  const reader = createPublicClient({ chain: hardhat, transport })
  let time = START

  async function transact(from: PrivateKeyAccount, data: Hex, to?: Address, accessList: AccessList = []) {
    time += 1
    await rpc('evm_setNextBlockTimestamp', time)
    const wallet = createWalletClient({ account: from, chain: hardhat, transport })
    const hash = await wallet.sendTransaction({
      data,
      to: to ?? null,
      accessList,
      gas: 15_000_000n,
      maxFeePerGas: 10_000_000_000n,
      maxPriorityFeePerGas: 1_000_000_000n,
    })
    const receipt = await reader.getTransactionReceipt({ hash })
    if (receipt.status !== 'success') throw new TransactionFailedError(hash)
    return receipt
  }

  /** Sends a transaction and tells its gas under both schedules. */
  async function measure({ from, to, name, args, accessList }: Call): Promise<Gas> {
    const data = encodeFunctionData({ abi: to.abi, functionName: name, args: args as ContractFunctionArgs })
    const { transactionHash: hash, gasUsed } = await transact(from, data, to.address, accessList)
    return { ethereum: gasUsed, polygon: await polygonGas(request, { hash, gasUsed }) }
  }

  const abiOf = async (name: string) => (await hre.artifacts.readArtifact(name)).abi as Abi

  async function deploy(from: PrivateKeyAccount, name: string, args: readonly unknown[] = []) {
    const { abi, bytecode } = await hre.artifacts.readArtifact(name)
    const data = encodeDeployData({ abi: abi as Abi, bytecode: bytecode as Hex, args })
    const { contractAddress } = await transact(from, data)
    return { address: contractAddress as Address, abi: abi as Abi }
  }

  async function fund(...accounts: PrivateKeyAccount[]) {
    for (const { address } of accounts) {
      await rpc('hardhat_setBalance', address, '0x56bc75e2d63100000')
    }
  }

  const owner = accountNamed('owner')
  await fund(owner)
  const contracts = await deployContracts({ owner, deploy, abiOf })
  await measure({
    from: owner,
    to: contracts.usdc,
    name: 'configureMinter',
    args: [owner.address, usdcUnits(1_000_000_000)],
  })

  return {
    ...contracts,
    owner,
    measure,
    deploy,
    fund,
    now: () => time,
    pass: (seconds: number) => {
      time += seconds
    },
    read: (contract: Contract, functionName: string, args: readonly unknown[]) =>
      reader.readContract({ ...contract, functionName, args }),
    close: () => connection.close(),
  }
}

export class TransactionFailedError extends Error {
  readonly code = 'TRANSACTION_FAILED'
  constructor(hash: Hex) {
    super(`Transaction ${hash} of the gas bench was mined and failed; its figures would mean nothing.`)
  }
}

type Deployer = {
  owner: PrivateKeyAccount
  deploy: (from: PrivateKeyAccount, name: string, args?: readonly unknown[]) => Promise<Contract>
  abiOf: (name: string) => Promise<Abi>
}

async function deployContracts({ owner, deploy, abiOf }: Deployer) {
  const implementation = await deploy(owner, 'TestUSDC')
  const initialize = encodeFunctionData({
    abi: implementation.abi,
    functionName: 'initialize',
    args: [owner.address],
  })
  const proxy = await deploy(owner, 'TestUSDCProxy', [
    implementation.address,
    accountNamed('proxy admin').address,
    initialize,
  ])
  const modelRegistry = await deploy(owner, 'ModelRegistry')
  const core = await deploy(owner, 'CoreDeployer', [
    {
      token: proxy.address,
      escrow: zeroAddress,
      owner: owner.address,
      treasury: owner.address,
      minimumStake: usdcUnits(10),
      thawPeriod: 3_600,
      moduleDelay: 3_600,
      slashModules: [],
    },
    {
      token: proxy.address,
      models: modelRegistry.address,
      providers: zeroAddress,
      owner: owner.address,
      guardian: owner.address,
      feeBps: 100,
      minSubmitDelay: 5,
      minWindow: 0,
      maxWindow: 1_800,
      resolvePeriod: 600,
      exposureBps: 10_000,
      releaseDelay: 60,
    },
  ])
  const createdBy = (nonce: bigint) => getContractAddress({ from: core.address, nonce })
  return {
    usdc: { address: proxy.address, abi: implementation.abi },
    modelRegistry,
    providerRegistry: { address: createdBy(1n), abi: await abiOf('ProviderRegistry') },
    jobEscrow: { address: createdBy(2n), abi: await abiOf('JobEscrow') },
  }
}
