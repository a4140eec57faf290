import sharp from 'sharp'
import { bundledFont } from './bundledFont.ts'

export type DrawTextOptions = { fontSize?: number; padding?: number; ink?: string; paper?: string }

/** Draws one line of text with the bundled font; returns a PNG. */
export async function drawText(text: string, options: DrawTextOptions = {}): Promise<Buffer> {
  const { fontSize = 36, padding = 8, ink = '#111', paper = '#fff' } = options
  const font = bundledFont()
  const scale = fontSize / font.unitsPerEm
  const { outline, advance } = layOut(text, { x: padding, y: padding + font.ascender * scale, fontSize })
  const width = Math.ceil(advance + 2 * padding)
  const height = Math.ceil((font.ascender - font.descender) * scale + 2 * padding)
  return drawSvg({ width, height, paper, body: `<path d="${outline}" fill="${ink}"/>` })
}

/** Glyph by glyph: the font library's own layout of a text fails on this font's substitution tables. */
function layOut(text: string, { x, y, fontSize }: { x: number; y: number; fontSize: number }) {
  const font = bundledFont()
  const scale = fontSize / font.unitsPerEm
  let advance = 0
  const outlines = Array.from(text, (character) => {
    const glyph = font.charToGlyph(character)
    const path = glyph.getPath(x + advance, y, fontSize).toPathData(2)
    advance += (glyph.advanceWidth ?? 0) * scale
    return path
  })
  return { outline: outlines.join(''), advance }
}

/** Renders shapes on a background as a PNG. */
export function drawSvg(picture: {
  width: number
  height: number
  paper: string
  body: string
}): Promise<Buffer> {
  const { width, height, paper, body } = picture
  const background = `<rect width="${width}" height="${height}" fill="${paper}"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${background}${body}</svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
