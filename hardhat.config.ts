import { createRequire } from 'node:module'
import hardhatToolboxViem from '@nomicfoundation/hardhat-toolbox-viem'
import { defineConfig } from 'hardhat/config'

const require = createRequire(import.meta.url)

const compiler = { version: '0.8.37', path: require.resolve('solc/soljson.js') }
const forTests = {
  ...compiler,
  settings: { evmVersion: 'prague', optimizer: { enabled: true, runs: 1_000_000 } },
}
// Ten times slower to compile, and worth it only for what is deployed: the Solidity tests take that code by vm.getCode.
const forDeployment = {
  ...compiler,
  settings: { evmVersion: 'prague', viaIR: true, optimizer: { enabled: true, runs: 1_000_000 } },
}
// The escrow would not fit under the size limit with as many runs; what its deployer creates has the deployer's settings.
const forEscrow = {
  ...compiler,
  settings: { evmVersion: 'prague', viaIR: true, optimizer: { enabled: true, runs: 2_000 } },
}

export default defineConfig({
  plugins: [hardhatToolboxViem],
  solidity: {
    compilers: [forTests],
    npmFilesToBuild: ['@openzeppelin/contracts/governance/TimelockController.sol'],
    overrides: {
      'contracts/CoreDeployer.sol': forEscrow,
      'contracts/EquivocationDeployer.sol': forDeployment,
      'contracts/EquivocationModule.sol': forDeployment,
      'contracts/JobEscrow.sol': forEscrow,
      'contracts/ModelRegistry.sol': forDeployment,
      'contracts/PaymentChannels.sol': forDeployment,
      'contracts/ProviderRegistry.sol': forEscrow,
      'contracts/ReceiptAnchor.sol': forDeployment,
    },
  },
  networks: {
    devnet: { type: 'edr-simulated', chainType: 'l1', chainId: 31337 },
  },
  paths: { tests: { nodejs: 'test/contracts', solidity: 'test/contracts' } },
  test: {
    solidity: {
      fuzz: { runs: 64 },
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
