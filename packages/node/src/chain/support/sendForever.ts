import { argv } from 'node:process'
import { createPublicClient, http, toHex } from 'viem'
import { hardhat } from 'viem/chains'
import { openStorage } from '../../storage/open.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { createTransactionSender } from '../sender.ts'
import { testAccount } from './testAccount.ts'

/** A process that sends numbered intents until it is killed, or until the last one is mined. */
const [, , rpcUrl = '', path = '', account = '', last = ''] = argv
const storage = await openStorage({ path })
const client = createPublicClient({ chain: hardhat, transport: http(rpcUrl), cacheTime: 0 })
const sender = createTransactionSender({
  client,
  account: testAccount(Number(account)),
  chainId: hardhat.id,
  storage,
  logger: createLogger({ level: 'silent', format: 'json' }),
  pollMs: 10,
})
const to = testAccount(19).address
console.log('ready')
await sender.resume()
for (let number = 0; number < Number(last); number += 3) {
  const batch = [number, number + 1, number + 2]
  await Promise.all(
    batch.map((index) => sender.send({ intent: `job-${index}`, to, data: toHex(index, { size: 32 }) })),
  )
}
console.log('done')
await storage.close()
