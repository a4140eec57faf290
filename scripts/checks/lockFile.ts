import { readFileSync } from 'node:fs'

type Entry = { resolved?: string; link?: boolean; optionalDependencies?: Record<string, string> }

const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const entries = Object.entries(lock.packages)
const present = new Set(
  entries.map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
)

const missing = entries.flatMap(([path, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !present.has(name))
    .map(
      (name) =>
        `${path || 'the root'} names the optional package ${name}, which has no entry: npm ci would refuse the lock file`,
    ),
)
const hosts = entries
  .filter(([, { resolved, link }]) => resolved !== undefined && !link)
  .map(([path]) => `${path} names the host that it was fetched from`)
const platforms = [
  '@nomicfoundation/edr-darwin-arm64',
  '@nomicfoundation/edr-linux-x64-gnu',
  '@next/swc-darwin-arm64',
  '@biomejs/cli-darwin-arm64',
  '@img/sharp-darwin-arm64',
  '@esbuild/darwin-arm64',
]
  .filter((name) => !present.has(name))
  .map((name) => `${name} has no entry: the lock file must serve Linux and Apple silicon alike`)

const findings = [...missing, ...hosts, ...platforms]
for (const finding of findings) console.error(finding)
if (findings.length > 0)
  console.error('Make the lock file anew on Node 24: npm install --package-lock-only --ignore-scripts')
process.exitCode = findings.length === 0 ? 0 : 1
