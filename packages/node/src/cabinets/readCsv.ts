import { CabinetFileInvalidError, CabinetTooLargeError } from './errors.ts'
import { cabinetLimits } from './limits.ts'

type Reading = { text: string; at: number; file: string }

/** Reads the cells of CSV (RFC 4180): quotes double inside of quotes, line ends are LF or CRLF, blank lines are none. */
export function readCsv(file: string, text: string): string[][] {
  const reading: Reading = { text: text.startsWith('\uFEFF') ? text.slice(1) : text, at: 0, file }
  const lines: string[][] = []
  while (reading.at < reading.text.length) {
    const line = readLine(reading)
    if (line.length > 1 || line[0] !== '') lines.push(line)
    if (lines.length > cabinetLimits.rows + 1) throw new CabinetTooLargeError('rows', cabinetLimits.rows)
  }
  return lines
}

function readLine(reading: Reading): string[] {
  const cells: string[] = []
  for (;;) {
    cells.push(reading.text[reading.at] === '"' ? readQuoted(reading) : readPlain(reading))
    if (cells.length > cabinetLimits.columns) throw new CabinetTooLargeError('columns', cabinetLimits.columns)
    if (reading.text[reading.at] !== ',') break
    reading.at += 1
  }
  if (reading.text[reading.at] === '\r') reading.at += 1
  if (reading.at < reading.text.length && reading.text[reading.at] !== '\n') {
    throw new CabinetFileInvalidError(reading.file, `text follows a closing quote at character ${reading.at}`)
  }
  reading.at += 1
  return cells
}

function readPlain(reading: Reading): string {
  const start = reading.at
  const ends = /[,\r\n]/g
  ends.lastIndex = start
  reading.at = ends.exec(reading.text)?.index ?? reading.text.length
  return reading.text.slice(start, reading.at)
}

function readQuoted(reading: Reading): string {
  let cell = ''
  const start = reading.at
  reading.at += 1
  for (;;) {
    const end = reading.text.indexOf('"', reading.at)
    if (end < 0)
      throw new CabinetFileInvalidError(reading.file, `the quote at character ${start} is not closed`)
    cell += reading.text.slice(reading.at, end)
    reading.at = end + 1
    if (reading.text[reading.at] !== '"') return cell
    cell += '"'
    reading.at += 1
  }
}
