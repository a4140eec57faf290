import { setTimeout as pause } from 'node:timers/promises'

/** Looks again and again until the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await pause(2)
}
