import { buildModule } from '@nomicfoundation/hardhat-ignition/modules'
import { protocol } from '../protocol.ts'

const nobody = '0x0000000000000000000000000000000000000000'

/**
 * Everything on a public chain, where the token is there already. A timelock owns what has an owner and is the treasury;
 * nobody administers the timelock but itself. The values are in `ignition/parameters`.
 */
export default buildModule('Dim', (m) => {
  const number = (name: string) => m.getParameter<number>(name)
  const timelock = m.contract('TimelockController', [
    m.getParameter('timelockDelay'),
    m.getParameter('proposers'),
    m.getParameter('executors'),
    nobody,
  ])
  const contracts = protocol(m, {
    token: m.getParameter<string>('usdc'),
    owner: timelock,
    guardian: m.getParameter<string>('guardian'),
    treasury: timelock,
    providerRegistry: {
      minimumStake: number('minimumStake'),
      thawPeriod: number('thawPeriod'),
      moduleDelay: number('moduleDelay'),
    },
    jobEscrow: {
      feeBps: number('jobFeeBps'),
      minSubmitDelay: number('minSubmitDelay'),
      minWindow: number('minWindow'),
      maxWindow: number('maxWindow'),
      resolvePeriod: number('resolvePeriod'),
      exposureBps: number('exposureBps'),
      releaseDelay: number('releaseDelay'),
    },
    paymentChannels: {
      feeBps: number('channelFeeBps'),
      minWithdrawDelay: number('minWithdrawDelay'),
      maxWithdrawDelay: number('maxWithdrawDelay'),
    },
    receiptPeriod: number('receiptPeriod'),
  })
  return { timelock, ...contracts }
})
