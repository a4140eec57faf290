import type { Mutant } from './mutant.ts'

/** Faults of access policies that somebody could make. */
export const policyCatalogue: readonly Mutant[] = [
  {
    name: 'gate-of-ones-own',
    property: 29,
    find: 'if (proof.length != GATE_LENGTH || keccak256(proof) != accessRoot) return false;',
    replace: 'if (proof.length != GATE_LENGTH || accessRoot == 0) return false;',
    why: 'a buyer brings a gate of its own',
    suites: ['Models'],
  },
  {
    name: 'gate-takes-silence',
    property: 29,
    find: 'answered := and(answered, eq(returndatasize(), 0x20))',
    replace: '',
    why: 'a token that answers nothing admits',
    suites: ['PolicyTrees'],
  },
  {
    name: 'licence-for-ever',
    property: 29,
    find: 'if (expiresAt <= block.timestamp) return false;',
    replace: '',
    why: 'a grant never expires',
    suites: ['Models'],
  },
  {
    name: 'licence-by-anybody',
    property: 29,
    find: 'return Signatures.isValid(signer, digest, proof[EXPIRY_LENGTH:]);',
    replace:
      'return signer != address(0) && Signatures.recover(digest, proof[EXPIRY_LENGTH:]) != address(0);',
    why: 'any key grants a licence',
    suites: ['Models'],
  },
  {
    name: 'private-to-all',
    property: 29,
    find: 'if (policy == AccessPolicy.Private) return proof.length == 0 && user == terms.owner;',
    replace: 'if (policy == AccessPolicy.Private) return proof.length == 0;',
    why: 'a private model is sold to anybody',
    suites: ['Models'],
  },
  {
    name: 'licence-never-revoked',
    property: 29,
    find: 'uint256 epoch = uint96(uint256(accessRoot));',
    replace: 'uint256 epoch = 0;',
    why: 'an epoch revokes nothing',
    suites: ['Models'],
  },
  {
    name: 'gate-by-anything-held',
    property: 29,
    find: 'return oneToken ? answer == uint160(user) : minimum != 0 && answer >= minimum;',
    replace: 'return oneToken ? answer == uint160(user) : minimum != 0 && answer != 0;',
    why: 'one token opens a gate that asks for more',
    suites: ['Models'],
  },
]
