import { type PublicClient, parseGwei } from 'viem'
import { type NetworkName, networks } from './networks.ts'

/** What Ignition will pay: the node's price, but on Amoy a fixed one, for nodes there ask for far too much. */
export async function readGasPrice(client: PublicClient, network: NetworkName): Promise<bigint> {
  const { isGasPriceFixed, usualGasPriceGwei } = networks[network]
  return isGasPriceFixed ? parseGwei(String(usualGasPriceGwei)) : client.getGasPrice()
}
