import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Address,
  concat,
  decodeAbiParameters,
  encodeAbiParameters,
  type Hex,
  keccak256,
  pad,
  toHex,
} from 'viem'
import { createAllowlist, proveAllowed } from './allowlist.ts'

const addresses = Array.from({ length: 7 }, (_, i): Address => pad(toHex(i + 1), { size: 20 }))

/** What the contract computes: leaf by double hashing, pairs sorted. */
function rootFrom(address: Address, proof: Hex): Hex {
  const leaf = keccak256(keccak256(encodeAbiParameters([{ type: 'address' }], [address])))
  const [path] = decodeAbiParameters([{ type: 'bytes32[]' }], proof)
  return path.reduce<Hex>(
    (node, other) => keccak256(node < other ? concat([node, other]) : concat([other, node])),
    leaf,
  )
}

for (const count of [1, 2, 3, 7]) {
  test(`each of ${count} addresses has a proof that leads to the root`, () => {
    const allowlist = createAllowlist(addresses.slice(0, count))
    for (const address of allowlist.addresses) {
      assert.equal(rootFrom(address, proveAllowed(allowlist, address)), allowlist.root)
    }
  })
}

test('the root depends on neither order, case nor repetition', () => {
  const { root } = createAllowlist(addresses)
  assert.equal(createAllowlist([...addresses].reverse()).root, root)
  assert.equal(createAllowlist([...addresses, addresses[0] as Address]).root, root)
  const mixed = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  assert.equal(createAllowlist([mixed]).root, createAllowlist([mixed.toLowerCase()]).root)
})

test('the proof of one address does not serve another', () => {
  const allowlist = createAllowlist(addresses)
  const proof = proveAllowed(allowlist, addresses[0] as Address)
  assert.notEqual(rootFrom(addresses[1] as Address, proof), allowlist.root)
})

test('an address that is not on the list has no proof', () => {
  const outsider = pad('0xff', { size: 20 })
  assert.throws(() => proveAllowed(createAllowlist(addresses), outsider), { code: 'NOT_ON_ALLOWLIST' })
})

for (const list of [[], ['0x12'], ['0x70997970c51812dc3A010C7d01b50e0d17dc79C8']]) {
  test(`${JSON.stringify(list)} is no allowlist`, () =>
    assert.throws(() => createAllowlist(list), { code: 'ALLOWLIST_INVALID' }))
}
