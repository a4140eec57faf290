import {
  type Abi,
  type Address,
  concatHex,
  encodeAbiParameters,
  type Hex,
  numberToHex,
  parseAbi,
  size,
  toEventSelector,
} from 'viem'
import type { TestClient } from './testChain.ts'

export const pingAbi = parseAbi(['event Ping(uint256 value)']) satisfies Abi

/** Copies its calldata into the data of a Ping event. */
const PING: Hex = concatHex(['0x365f5f37', '0x7f', toEventSelector('Ping(uint256)'), '0x365fa100'])

const creationOf = (runtime: Hex): Hex =>
  concatHex(['0x61', numberToHex(size(runtime), { size: 2 }), '0x80600a3d393df3', runtime])

async function deploy(client: TestClient, runtime: Hex): Promise<Address> {
  const hash = await client.sendTransaction({ data: creationOf(runtime) })
  const { contractAddress } = await client.waitForTransactionReceipt({ hash })
  return contractAddress as Address
}

export const deployPing = (client: TestClient): Promise<Address> => deploy(client, PING)

/** Reverts every call with the given four bytes. */
export const deployReverter = (client: TestClient, selector: Hex): Promise<Address> =>
  deploy(client, concatHex(['0x63', selector, '0x60e01b5f5260045ffd']))

export const pingData = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value])

/** Sends a Ping and waits until it is mined. */
export async function ping(client: TestClient, to: Address, value: bigint) {
  const hash = await client.sendTransaction({ to, data: pingData(value) })
  return client.waitForTransactionReceipt({ hash })
}
