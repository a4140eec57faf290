import { globSync, readFileSync } from 'node:fs'

/** Numbers of what these contracts promise. Each has tests that carry its number, and a fault that they find. */
export const properties: readonly number[] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 21, 22, 23, 27, 29, 31, 32, 33,
]

const numbered = /function ((?:invariant|test(?:Fuzz)?_property)_(\d+)_\w+)/g

/** Names of the Solidity tests by the number that they carry. */
export function numberedTests(root: string): Map<number, string[]> {
  const tests = new Map<number, string[]>()
  for (const file of globSync('test/contracts/**/*.sol', { cwd: root }).toSorted()) {
    for (const [, name = '', digits = ''] of readFileSync(`${root}/${file}`, 'utf8').matchAll(numbered)) {
      const number = Number(digits)
      tests.set(number, [...(tests.get(number) ?? []), name])
    }
  }
  return tests
}
