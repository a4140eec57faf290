import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import opentype, { type Font } from 'opentype.js'

let font: Font | undefined

/** The font that ships with the repository, so that pictures look the same on machines without any. */
export function bundledFont(): Font {
  if (font === undefined) {
    const path = createRequire(import.meta.url).resolve(
      '@fontsource/roboto/files/roboto-latin-400-normal.woff',
    )
    const bytes = readFileSync(path)
    font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  }
  return font
}
