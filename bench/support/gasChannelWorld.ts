import type { Contract, GasWorld } from './gasWorld.ts'

/** Channels and anchors beside the protocol of a gas world, with the parameters of the local chain. */
export async function deployChannels({ deploy, owner, usdc, providerRegistry }: GasWorld) {
  const parameters = {
    token: usdc.address,
    owner: owner.address,
    guardian: owner.address,
    feeBps: 100,
    minWithdrawDelay: 60,
    maxWithdrawDelay: 2_592_000,
  }
  const channels: Contract = await deploy(owner, 'PaymentChannels', [parameters])
  const anchors: Contract = await deploy(owner, 'ReceiptAnchor', [providerRegistry.address])
  return { channels, anchors }
}
