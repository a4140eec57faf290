import { createRequire } from 'node:module'
import hardhatToolboxViem from '@nomicfoundation/hardhat-toolbox-viem'
import { defineConfig } from 'hardhat/config'

const require = createRequire(import.meta.url)

export default defineConfig({
  plugins: [hardhatToolboxViem],
  solidity: {
    compilers: [
      {
        version: '0.8.37',
        path: require.resolve('solc/soljson.js'),
        settings: { evmVersion: 'prague', optimizer: { enabled: true, runs: 800 } },
      },
    ],
  },
  networks: {
    devnet: { type: 'edr-simulated', chainType: 'l1', chainId: 31337 },
  },
  paths: { tests: { nodejs: 'test/contracts', solidity: 'test/contracts' } },
  test: {
    solidity: {
      invariant: {
        runs: 2,
        depth: 50,
        failOnRevert: true,
        includeStorage: false,
        includePushBytes: false,
        dictionaryWeight: 0,
      },
    },
  },
})
