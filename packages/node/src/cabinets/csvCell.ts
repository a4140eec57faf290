/** A cell of CSV is text that may be more; its column decides. */
export class CsvCell {
  readonly kind: 'number' | 'boolean'
  readonly text: string

  constructor(kind: 'number' | 'boolean', text: string) {
    this.kind = kind
    this.text = text
  }
}

const numberText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** What a cell of CSV may be: nothing, a number, a boolean, or text only. */
export function csvCell(text: string): string | CsvCell | null {
  if (text === '') return null
  if (numberText.test(text)) return new CsvCell('number', text)
  return text === 'true' || text === 'false' ? new CsvCell('boolean', text) : text
}
