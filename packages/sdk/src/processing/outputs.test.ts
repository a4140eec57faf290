import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BaseError } from '../errors/baseError.ts'
import type { CtcSpec, TopKSpec } from '../messages/processingSpecs.ts'
import { fromNumbers } from '../messages/tensors/numbers.ts'
import { ctcGreedy } from './ctcGreedy.ts'
import { postprocess } from './postprocess.ts'
import { readLabels } from './readLabels.ts'
import { softmax } from './softmax.ts'
import { topK } from './topK.ts'

const ctc: CtcSpec = { kind: 'ctc', output: 'y', labels: 'keys.txt', blank: 0, spaceLast: true }
const letters = ['a', 'b']
const code = 'OUTPUT_NOT_READABLE'

/** One step per class index, with probability 0.9 for it. */
function steps(...best: number[]) {
  const rows = best.flatMap((index) => [0, 1, 2, 3].map((i) => (i === index ? 0.9 : 0.1 / 3)))
  return fromNumbers('float64', rows, [1, best.length, 4])
}

test('repeats are merged, blanks dropped, a blank between two keeps both', () => {
  assert.equal(ctcGreedy(steps(1, 1, 0, 1, 2, 2, 3, 2), letters, ctc).text, 'aab b')
  assert.equal(ctcGreedy(steps(0, 0), letters, ctc).text, '')
  assert.equal(ctcGreedy(steps(), letters, ctc).text, '')
})

test('the confidence is the mean probability of the characters that are kept', () => {
  const { confidence } = ctcGreedy(steps(1, 1, 0), letters, ctc)
  assert.equal(confidence, 0.9)
  assert.equal(ctcGreedy(steps(0), letters, ctc).confidence, 0)
  const logits = fromNumbers('float64', [0, Math.log(3), 0, 0], [1, 1, 4])
  assert.ok(Math.abs(ctcGreedy(logits, letters, { ...ctc, softmax: true }).confidence - 0.5) < 1e-12)
})

test('the blank may stand anywhere', () => {
  const last: CtcSpec = { ...ctc, blank: 2, spaceLast: false }
  const output = fromNumbers('float32', [1, 0, 0, 0, 0, 1, 0, 1, 0], [3, 3])
  assert.equal(ctcGreedy(output, letters, last).text, 'ab')
})

test('an output that does not fit the labels is refused', () => {
  assert.throws(() => ctcGreedy(steps(1), ['a'], ctc), { code })
  assert.throws(() => ctcGreedy(fromNumbers('float32', [0, 0, 0, 0], [4]), letters, ctc), { code })
  assert.throws(() => ctcGreedy(fromNumbers('float32', new Array(8).fill(0), [2, 1, 4]), letters, ctc), {
    code,
  })
})

const top: TopKSpec = { kind: 'top-k', output: 'y', labels: 'labels.txt', k: 2, activation: 'none' }
const scores = fromNumbers('float64', [1, 3, 3, 2], [1, 4])

test('the best classes come first, equal ones in their order', () => {
  const labels = ['w', 'x', 'y', 'z']
  assert.deepEqual(topK(scores, labels, top), [
    { label: 'x', index: 1, score: 3 },
    { label: 'y', index: 2, score: 3 },
  ])
  assert.equal(topK(scores, labels, { ...top, k: 9 }).length, 4)
  assert.throws(() => topK(scores, ['w'], top), { code })
})

test('activations turn logits into probabilities', () => {
  const labels = ['w', 'x', 'y', 'z']
  const total = topK(scores, labels, { ...top, k: 4, activation: 'softmax' }).reduce(
    (sum, { score }) => sum + score,
    0,
  )
  assert.ok(Math.abs(total - 1) < 1e-12)
  const [best] = topK(fromNumbers('float64', [0], [1]), ['w'], { ...top, activation: 'sigmoid' })
  assert.equal(best?.score, 0.5)
})

test('softmax does not overflow', () => {
  assert.deepEqual([...softmax([1000, 1000])], [0.5, 0.5])
  assert.deepEqual([...softmax([-1000, 0])], [0, 1])
})

test('labels are lines or a JSON list', () => {
  const read = (text: string) => readLabels(new TextEncoder().encode(text))
  assert.deepEqual(read('a\r\nb\n\nc\n'), ['a', 'b', '', 'c'])
  assert.deepEqual(read('["a", "b\\n"]'), ['a', 'b\n'])
  assert.deepEqual(read('[\n]\nx'), ['[', ']', 'x'])
  assert.deepEqual(read('\u3000\n \n'), ['\u3000', ' '])
  assert.throws(() => read('[1]'), { code })
  assert.throws(() => readLabels(Uint8Array.of(0xff)), { code })
})

test('postprocess answers by kind', () => {
  const y = fromNumbers('float32', [0.25], [1, 1])
  const number = { kind: 'number', output: 'y', meaning: 'speech' } as const
  assert.deepEqual(postprocess(number, { y }), {
    kind: 'number',
    output: 'y',
    value: 0.25,
    meaning: 'speech',
  })
  assert.deepEqual(postprocess({ kind: 'raw', output: 'y' }, { y }), {
    kind: 'tensor',
    output: 'y',
    tensor: y,
  })
  assert.equal(postprocess(ctc, { y: steps(1) }, letters).kind, 'text')
  assert.equal(postprocess(top, { y: scores }, ['w', 'x', 'y', 'z']).kind, 'labels')
  assert.throws(() => postprocess({ kind: 'raw', output: 'z' }, { y }), { code })
  assert.throws(() => postprocess(number, { y: fromNumbers('float32', [], [0]) }), { code })
})

test('any labels file is read or refused with a code', () => {
  const text = fc.oneof(fc.string(), fc.json()).map((value) => new TextEncoder().encode(value))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 50 }), text), (bytes) => {
      try {
        assert.ok(readLabels(bytes).every((label) => typeof label === 'string'))
      } catch (error) {
        assert.ok(error instanceof BaseError, `not a coded error: ${error}`)
      }
    }),
    { numRuns: 1000 },
  )
})
