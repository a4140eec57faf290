export type Peer = { name: string; ethereum: number; polygon: number }

/** Whole transactions of others on a local EVM, with Circle's own USDC v2.2. */
export const peers: readonly Peer[] = [
  { name: 'x402 `exact`, one request', ethereum: 86_116, polygon: 107_956 },
  { name: 'x402BatchSettlement, one more row in a claim', ethereum: 21_111, polygon: 23_631 },
  { name: 'The Graph, collect one voucher', ethereum: 151_334, polygon: 211_814 },
  { name: '0G, one user voucher in a batch', ethereum: 48_801, polygon: 76_521 },
  { name: 'Ritual, request + deliver', ethereum: 404_910, polygon: 498_150 },
  { name: 'Olas, request + deliver', ethereum: 516_189, polygon: 700_149 },
  { name: 'ERC-8183 reference job', ethereum: 546_027, polygon: 682_107 },
]
