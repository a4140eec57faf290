import { Envelope, ModelManifest, type ProviderRecord } from '@dim/sdk'
import type { LocalAccount } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import type { TestChain } from './chain.ts'
import { announce, enrol, registerDoubler } from './scripted/enrol.ts'
import { serve } from './scripted/serve.ts'
import type { ProviderState, Script } from './scripted/state.ts'

export type ScriptedProvider = ProviderState & {
  announce(overrides?: Partial<ProviderRecord.ProviderRecord>): Promise<void>
  /** Goes away without a word. */
  stop(): Promise<void>
}

/**
 * A provider that speaks the whole protocol on a real chain and breaks it on request, as a real node never does.
 *
 * It serves the doubler, and registers one unless a manifest is given.
 */
export async function startScriptedProvider(
  chain: TestChain,
  options: { account: LocalAccount; manifest?: ModelManifest.ModelManifest; script?: Script },
): Promise<ScriptedProvider> {
  const { account, script = {} } = options
  const manifest = options.manifest ?? (await registerDoubler(chain, account))
  const state: ProviderState = {
    chain,
    account,
    writer: chain.writer(account),
    serviceAccount: privateKeyToAccount(generatePrivateKey()),
    hpke: await Envelope.keyPair(),
    manifest,
    modelKey: ModelManifest.key(manifest),
    endpoint: '',
    announced: undefined,
    script: { ...script },
    blocks: new Map([[ModelManifest.cid(manifest), ModelManifest.canonical(manifest)]]),
    quotes: new Map(),
    calls: [],
    failures: [],
  }
  await enrol(state)
  const server = await serve(state)
  await announce(state)
  return Object.assign(state, {
    announce: (overrides = {}) => announce(state, overrides),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
