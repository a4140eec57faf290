/** Where DIM can be deployed. RPC addresses come from the environment, for they often hold a key. */
export const networks = {
  amoy: {
    chainId: 80_002,
    title: 'Polygon Amoy',
    rpcVariable: 'AMOY_RPC_URL',
    minTimelockDelay: 60,
    usualGasPriceGwei: 32,
    isGasPriceFixed: true,
  },
  polygon: {
    chainId: 137,
    title: 'Polygon',
    rpcVariable: 'POLYGON_RPC_URL',
    minTimelockDelay: 172_800,
    usualGasPriceGwei: 100,
    isGasPriceFixed: false,
  },
} as const

export type NetworkName = keyof typeof networks

export const isNetworkName = (name: string): name is NetworkName => Object.hasOwn(networks, name)
