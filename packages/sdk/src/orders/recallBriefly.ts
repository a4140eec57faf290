/** Makes a reader that asks again only when an answer is older than `maxAgeMs`; who asks at the same time shares one. */
export function recallBriefly({ maxAgeMs, now }: { maxAgeMs: number; now: () => number }) {
  const answers = new Map<string, { askedAtMs: number; answer: Promise<unknown> }>()
  const forgetOld = () => {
    for (const [key, { askedAtMs }] of answers) if (now() - askedAtMs >= maxAgeMs) answers.delete(key)
  }
  return <T>(key: string, read: () => Promise<T>): Promise<T> => {
    forgetOld()
    const known = answers.get(key)
    if (known !== undefined) return known.answer as Promise<T>
    const entry = { askedAtMs: now(), answer: read() as Promise<unknown> }
    answers.set(key, entry)
    // Who asked is told of the failure; the next one asks anew.
    entry.answer.catch(() => answers.get(key) === entry && answers.delete(key))
    return entry.answer as Promise<T>
  }
}
