type Rule = {
  name: string
  severity: 'error'
  comment: string
  from: Record<string, unknown>
  to: Record<string, unknown>
}

const rule = (name: string, comment: string, from: Rule['from'], to: Rule['to']): Rule => ({
  name,
  severity: 'error',
  comment,
  from,
  to,
})

const node = 'packages/node/src'
const roles = ['gateway', 'orchestrator', 'provider', 'verification']
const parts = ['runtime', 'models', 'content', 'discovery', 'payments', 'chain']
const base = ['storage', 'identity', 'telemetry', 'errors', 'lifecycle']
const folders = (names: string[]) => `^${node}/(${names.join('|')})/`

export const rules: Rule[] = [
  rule('no-cycles', 'The tree is the architecture: imports point one way.', {}, { circular: true }),
  rule(
    'sdk-stands-alone',
    'The SDK knows neither node nor web.',
    { path: '^packages/sdk/' },
    { path: '^packages/(node|web)/' },
  ),
  rule(
    'sdk-runs-in-browsers',
    'Sources of the SDK import nothing of Node.',
    { path: '^packages/sdk/src/', pathNot: '\\.test\\.ts$' },
    { dependencyTypes: ['core'] },
  ),
  rule(
    'node-and-web-apart',
    'Node and web meet over HTTP only.',
    { path: '^packages/node/' },
    { path: '^packages/web/' },
  ),
  rule(
    'web-and-node-apart',
    'Node and web meet over HTTP only.',
    { path: '^packages/web/' },
    { path: '^packages/node/' },
  ),
  rule(
    'packages-by-name',
    'A package is imported by its name, never by a path into it.',
    { path: '^packages/([^/]+)/' },
    { path: '^packages/', pathNot: ['^packages/$1/', '^packages/sdk/src/index\\.ts$'] },
  ),
  rule(
    'roles-do-not-meet',
    'Roles meet in node.ts and over messages.',
    { path: `^${node}/(${roles.join('|')})/` },
    { path: folders(roles), pathNot: `^${node}/$1/` },
  ),
  rule(
    'parts-know-no-roles',
    'Parts are used by roles, not the other way round.',
    { path: folders([...parts, ...base]) },
    { path: [folders([...roles, 'cli', 'devnet']), `^${node}/(node|main)\\.ts$`] },
  ),
  rule(
    'base-knows-no-parts',
    'Storage, identity, telemetry and errors stand below the parts.',
    { path: folders(base), pathNot: '\\.test\\.ts$' },
    { path: folders(parts) },
  ),
  rule(
    'only-main-uses-the-command-line',
    'Commands are reached from main.',
    { path: `^${node}/`, pathNot: [`^${node}/(cli|devnet)/`, `^${node}/main\\.ts$`] },
    { path: folders(['cli', 'devnet']) },
  ),
  rule(
    'nothing-imports-tests',
    'Tests import sources, never the other way round.',
    { path: '^packages/', pathNot: '\\.(test|contract)\\.ts$' },
    { path: ['^test/', '\\.test\\.ts$'] },
  ),
  rule(
    'everything-resolves',
    'An import that does not resolve fails later and worse.',
    {},
    { couldNotResolve: true },
  ),
]
