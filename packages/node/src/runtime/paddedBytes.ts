/** Bytes that a tensor takes in a payload: each starts at a multiple of eight. */
export const paddedBytes = (bytes: number): number => Math.ceil(bytes / 8) * 8
