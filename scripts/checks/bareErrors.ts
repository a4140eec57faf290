import { globSync, readFileSync } from 'node:fs'

const bare = /\b(?:throw|reject\()\s*(?:new\s+)?(?:Error|TypeError|RangeError|SyntaxError|EvalError)\s*\(/
const sources = globSync(['packages/*/src/**/*.{ts,tsx}', 'ignition/**/*.ts']).filter(
  (path) => !/\.(test|contract)\.tsx?$/.test(path) && !path.includes('/abis/'),
)

const findings = sources.flatMap((path) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line, index) => (bare.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
)

for (const finding of findings) console.error(finding)
if (findings.length > 0)
  console.error('Throw a subclass of BaseError with a stable code instead (CONTRIBUTING.md, E2).')
if (sources.length === 0) console.error('No source was found: run this from the root of the repository.')
process.exitCode = findings.length === 0 && sources.length > 0 ? 0 : 1
