import { type Answer, TensorSet } from '@dim/sdk'

const shownNumbers = 12

/** An answer as a person reads it. */
export function answerText(answer: Answer): string {
  switch (answer.kind) {
    case 'text':
      return answer.text
    case 'labels':
      return answer.labels
        .map(({ label, score }) => `${label}  ${bar(score)} ${(score * 100).toFixed(1)} %`)
        .join('\n')
    case 'number':
      return `${answer.value}${answer.meaning === undefined ? '' : `  (${answer.meaning})`}`
    case 'tensor':
      return `${answer.output}  ${answer.tensor.dtype}[${answer.tensor.dims.join(', ')}]  ${preview(answer.tensor)}`
  }
}

const bar = (share: number) => '█'.repeat(Math.round(Math.min(1, Math.max(0, share)) * 20)).padEnd(20, '░')

function preview(tensor: TensorSet.Tensor): string {
  if (tensor.dtype === 'string')
    return [...(TensorSet.toTyped(tensor) as Iterable<string>)].slice(0, shownNumbers).join(', ')
  const numbers = Array.from(TensorSet.toNumbers(tensor))
  const shown = numbers.slice(0, shownNumbers).map((value) => Number(value.toPrecision(6)))
  return `[${shown.join(', ')}${numbers.length > shownNumbers ? ', …' : ''}]`
}
