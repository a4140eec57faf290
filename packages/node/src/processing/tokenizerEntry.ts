import { answerTokenizer } from './answerTokenizer.ts'
import { requestSchema } from './tokenizerMessages.ts'

process.once('message', (message) => {
  const reply = answerTokenizer(requestSchema.parse(message))
  process.send?.(reply, () => process.disconnect())
})
