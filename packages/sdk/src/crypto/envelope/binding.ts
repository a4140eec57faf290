const label = new TextEncoder().encode('dim:envelope:v1')

/** HPKE's `info`: which protocol this is, and what the envelope is bound to. */
export function contextInfo(aad: Uint8Array = new Uint8Array(0)): ArrayBuffer {
  const info = new Uint8Array(label.length + aad.length)
  info.set(label)
  info.set(aad, label.length)
  return info.buffer
}

/** What one chunk is bound to: the header of its root, its place, how many there are, and whether it is the last. */
export function chunkAad(
  header: Uint8Array,
  { index, total }: { index: number; total: number },
): ArrayBuffer {
  const aad = new Uint8Array(header.length + 9)
  const view = new DataView(aad.buffer)
  aad.set(header)
  view.setUint32(header.length, index, true)
  view.setUint32(header.length + 4, total, true)
  view.setUint8(header.length + 8, index === total - 1 ? 1 : 0)
  return aad.buffer
}
