/** One thing that must hold; it throws when it does not. */
export type Check = { name: string; run: () => Promise<void> }

export type Counts = { passed: number; failed: number }

/** Runs checks one after the other and prints each. */
export async function checkAll(title: string, checks: readonly Check[]): Promise<Counts> {
  console.log(`  ${title}`)
  const counts = { passed: 0, failed: 0 }
  for (const { name, run } of checks) {
    const began = performance.now()
    const failure = await run().then(
      () => undefined,
      (error: unknown) => error,
    )
    counts[failure === undefined ? 'passed' : 'failed'] += 1
    console.log(
      `    ${failure === undefined ? '✔' : '✖'} ${name} (${Math.round(performance.now() - began)} ms)`,
    )
    if (failure !== undefined) console.log(failure)
  }
  return counts
}
