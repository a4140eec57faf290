/** What ran of one source file, as Hardhat counts it. */
export type FileReport = {
  executedStatementsCount: number
  unexecutedStatementsCount: number
  executedLinesCount: number
  lineExecutionCounts: ReadonlyMap<number, number>
  unexecutedLines: ReadonlySet<number>
}

export type Share = { covered: number; total: number }

/** What tests reached of one contract. */
export type ContractCoverage = { path: string; lines: Share; statements: Share; uncovered: readonly number[] }

export type Verdict = { contracts: readonly ContractCoverage[]; failures: readonly string[] }

/** Every line and every statement of every file has to run; a file that nobody measured fails as well. */
export function judgeCoverage(
  files: readonly string[],
  report: Readonly<Record<string, FileReport>>,
): Verdict {
  const measured = files.map((path) => ({ path, file: report[path] }))
  const contracts = measured.flatMap(({ path, file }) => (file === undefined ? [] : [coverageOf(path, file)]))
  return {
    contracts,
    failures: [
      ...(files.length === 0 ? ['there are no contracts'] : []),
      ...measured
        .filter(({ file }) => file === undefined)
        .map(({ path }) => `${path} was not measured: no statement of it was compiled`),
      ...contracts
        .filter(isIncomplete)
        .map(({ path, uncovered }) =>
          uncovered.length === 0
            ? `a statement of ${path} never ran`
            : `${path} never ran in ${rangesOf(uncovered)}`,
        ),
    ],
  }
}

const isIncomplete = ({ lines, statements }: ContractCoverage) =>
  lines.covered < lines.total || statements.covered < statements.total

/** `2, 10-12` of 2, 10, 11, 12. */
function rangesOf(lines: readonly number[]): string {
  const starts = lines.filter((line) => !lines.includes(line - 1))
  const ends = lines.filter((line) => !lines.includes(line + 1))
  return starts
    .map((start, index) => (start === ends[index] ? `${start}` : `${start}-${ends[index]}`))
    .join(', ')
}

function coverageOf(path: string, file: FileReport): ContractCoverage {
  const { executedStatementsCount, unexecutedStatementsCount, executedLinesCount } = file
  return {
    path,
    lines: { covered: executedLinesCount, total: file.lineExecutionCounts.size },
    statements: {
      covered: executedStatementsCount,
      total: executedStatementsCount + unexecutedStatementsCount,
    },
    uncovered: [...file.unexecutedLines].toSorted((a, b) => a - b),
  }
}
