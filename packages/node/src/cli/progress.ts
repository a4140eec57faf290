import type { TextSink } from './io.ts'

export type Progress = {
  update(done: number, label?: string): void
  done(label?: string): void
  fail(label?: string): void
  /** Takes the line away without a word. */
  clear(): void
}

type ProgressOptions = {
  sink: TextSink
  total?: number
  unit?: 'bytes' | 'count'
  /** Redraws one line in place; otherwise one line at the start of the step and one at its end. */
  live: boolean
  silent: boolean
  now?: () => number
}

const redrawEveryMs = 80

export function createProgress(label: string, options: ProgressOptions): Progress {
  const { sink, live, silent, now = Date.now } = options
  const began = now()
  let current = label
  let drawnAt = Number.NEGATIVE_INFINITY
  const seconds = () => `${((now() - began) / 1000).toFixed(1)} s`
  const draw = (done: number | undefined) => {
    drawnAt = now()
    sink.write(`\r\u001b[2K  ${current} ${measure(done, options)}${seconds()}`)
  }
  const end = (mark: string, text = current) => {
    if (!silent) sink.write(`${live ? '\r\u001b[2K' : ''}  ${mark} ${text}  ${seconds()}\n`)
  }
  if (live && !silent) draw(0)
  return {
    update(done, text) {
      current = text ?? current
      if (live && !silent && now() - drawnAt >= redrawEveryMs) draw(done)
    },
    done: (text) => end('✔', text),
    fail: (text) => end('✖', text),
    clear: () => {
      if (live && !silent) sink.write('\r\u001b[2K')
    },
  }
}

function measure(done: number | undefined, { total, unit }: ProgressOptions): string {
  if (done === undefined || total === undefined || total === 0) return ''
  const share = Math.min(1, done / total)
  const filled = Math.round(share * 20)
  const amount = unit === 'bytes' ? `${megabytes(done)} of ${megabytes(total)} MB` : `${done} of ${total}`
  return `${'█'.repeat(filled)}${'░'.repeat(20 - filled)} ${Math.round(share * 100)} % ${amount}  `
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)
