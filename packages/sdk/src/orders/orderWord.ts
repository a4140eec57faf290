/** Where a nonce stands: the index of its 256, and its bit in them. */
export const orderWord = (nonce: bigint): { word: bigint; bit: bigint } => ({
  word: nonce >> 8n,
  bit: 1n << (nonce & 255n),
})
