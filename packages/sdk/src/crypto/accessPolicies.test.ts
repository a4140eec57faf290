import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Address, decodeAbiParameters, type Hex, keccak256, parseAbiParameters } from 'viem'
import { licenseRoot, proveLicense, proveTokenGate, type TokenGate, tokenGateRoot } from './accessPolicies.ts'

const token: Address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const word = (byte: string): Hex => `0x${byte.repeat(32)}`

const gates: [TokenGate, [bigint, Address, bigint, bigint]][] = [
  [{ kind: 'erc20', token, minimum: 5n }, [20n, token, 0n, 5n]],
  [{ kind: 'erc721', token, minimum: 1n }, [721n, token, 0n, 1n]],
  [{ kind: 'erc721', token, id: 7n }, [721n, token, 7n, 0n]],
  [{ kind: 'erc1155', token, id: 7n, minimum: 2n }, [1155n, token, 7n, 2n]],
]
for (const [gate, words] of gates) {
  test(`a gate of ${words.join(', ')} is proven by its own words`, () => {
    const proof = proveTokenGate(gate)
    assert.equal(proof.length, 2 + 2 * 128)
    assert.deepEqual(
      decodeAbiParameters(parseAbiParameters('uint256, address, uint256, uint256'), proof),
      words,
    )
    assert.equal(tokenGateRoot(gate), keccak256(proof))
  })
}

test('the root of licences holds signer and epoch', () => {
  assert.equal(
    licenseRoot({ signer: token, epoch: 2n ** 96n - 2n }),
    '0x70997970c51812dc3a010c7d01b50e0d17dc79c8fffffffffffffffffffffffe',
  )
  assert.throws(() => licenseRoot({ signer: token, epoch: 2n ** 96n }), { name: 'IntegerOutOfRangeError' })
})

test('the proof of a licence is expiry and signature', () => {
  const grant = { modelKey: word('01'), user: token, expiresAt: 0x0102030405, nonce: 2n }
  assert.equal(proveLicense(grant, '0xabcd'), '0x0102030405abcd')
})
