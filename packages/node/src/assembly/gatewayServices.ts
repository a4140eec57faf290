import { formatDeployment, type NodeInfo, refToCid } from '@dim/sdk'
import { CID } from 'multiformats/cid'
import type { FollowerStatus } from '../chain/chainEvent.ts'
import type { Config } from '../config/config.ts'
import { NotAnnouncedError } from '../errors/notAnnounced.ts'
import type { GatewayServices } from '../gateway/services.ts'
import type { Announcer } from '../provider/announcer.ts'
import type { ModelProfile } from '../scheduler/modelProfile.ts'
import { assertTakesJobs } from './assertTakesJobs.ts'
import { createModelUploads } from './modelUploads.ts'
import type { NodeParts } from './nodeParts.ts'
import type { NodeReason } from './nodeStatus.ts'
import type { ProviderRole } from './openProvider.ts'

export type GatewayServicesOptions = {
  config: Config
  parts: NodeParts
  role: ProviderRole
  announcer: Announcer
  version: string
  reasons: () => readonly NodeReason[]
  facts: () => { chain: FollowerStatus }
}

const GIB = 2 ** 30
const mostReasonChars = 512

function toProfile(profile: ModelProfile | undefined) {
  if (profile === undefined) return {}
  const { loadMs, memoryBytes, runMs, twoThreadsMs, batch } = profile
  const twoThreads = twoThreadsMs === undefined ? {} : { twoThreadsMs }
  const gain = batch === undefined ? {} : { batchGain: batch.gain }
  return { profile: { loadMs, memoryBytes, runMs, ...twoThreads, ...gain } }
}

const toShort = ({ executionProvider, reason }: { executionProvider: string; reason: string }) => ({
  executionProvider,
  reason: reason.slice(0, mostReasonChars),
})

function toInfo(options: GatewayServicesOptions): NodeInfo.NodeInfo {
  const { config, parts, role, announcer, version } = options
  const { record } = announcer
  if (record === undefined) throw new NotAnnouncedError()
  const { chainId, usdc, modelRegistry, providerRegistry, jobEscrow } = parts.reader.dim
  const { limits, node, job } = config
  return {
    address: parts.identity.account.address,
    serviceKey: parts.identity.serviceAccount.address,
    ...record,
    models: role.models.list().map(({ modelKey, name, askUsdc, state, executionProviders, refused }) => ({
      ...toProfile(parts.profiles.get(modelKey, executionProviders[0] ?? 'cpu')),
      modelKey: modelKey as NodeInfo.NodeInfo['models'][number]['modelKey'],
      cid: refToCid(modelKey),
      ...(name === undefined ? {} : { name }),
      askUsdc,
      state: state === 'warm' ? 'warm' : 'cold',
      executionProvider: executionProviders[0] ?? parts.pool.executionProviders[0] ?? 'cpu',
      ...(refused.length === 0 ? {} : { refused: refused.map(toShort) }),
    })),
    limits: {
      maxInputBytes: limits.maxInputBytes,
      maxOutputBytes: limits.maxResultBytes,
      maxBlockBytes: limits.maxBlockBytes,
      maxConcurrentJobs: node.maxConcurrentJobs,
      quoteTtlSeconds: job.quoteTtlSeconds,
    },
    version,
    sandbox: parts.sandbox.describe(),
    ...(parts.unavailable.length === 0
      ? {}
      : {
          unavailable: parts.unavailable.map(({ name, reason }) =>
            toShort({ executionProvider: name, reason }),
          ),
        }),
    chainId,
    contracts: { usdc, modelRegistry, providerRegistry, jobEscrow },
  }
}

/** What the gateway asks for, answered by the parts and roles of this node. */
export function createGatewayServices(options: GatewayServicesOptions): GatewayServices {
  const { config, parts, role, reasons, facts } = options
  const { reader, content, metrics } = parts
  const { maxBlockBytes } = config.limits
  const maxBytes = Math.floor(config.models.maxUploadGb * GIB)

  return {
    ...createModelUploads({ content, maxBytes, maxBlockBytes }),
    getInfo: async () => toInfo(options),
    getNetwork: () => formatDeployment(reader.dim),
    listModels: () =>
      role.models.list().map((model) => ({
        ...model,
        cid: refToCid(model.modelKey),
        executionProvider: model.executionProviders[0],
      })),
    quote: async (request) => {
      assertTakesJobs({ reasons: reasons(), ...facts() })
      return role.quote(request)
    },
    inputAllowance: role.inputAllowance,
    storeInputBlock: role.storeInputBlock,
    submit: role.relay.open,
    accept: role.relay.accept,
    getStatus: role.getStatus,
    getOfferedBlock: (cid) => content.getBlock(CID.parse(cid)),
    getReadiness: () => {
      const because = reasons()
      return {
        ready: because.length === 0,
        reasons: because.map(({ code, message }) => `${code}: ${message}`),
      }
    },
    renderMetrics: async () => ({
      contentType: metrics.registry.contentType,
      text: await metrics.registry.metrics(),
    }),
  }
}
