import { testClientJobStore } from '../../../../test/support/clientJobStoreContract.ts'
import { createMemoryJobStore } from './memoryJobStore.ts'

testClientJobStore('memory', async () => ({ store: createMemoryJobStore() }))
