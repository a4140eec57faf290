import { execFile } from 'node:child_process'
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { arch, platform } from 'node:os'
import { basename, join } from 'node:path'
import { geteuid } from 'node:process'
import { promisify } from 'node:util'
import { readResidentBytes } from '../../runtime/residentMemory.ts'
import { type Cgroup, type Cgroups, openCgroups } from '../cgroup/cgroup.ts'
import { SandboxBuildFailedError } from '../errors.ts'
import { defaultTemplate, type ExecutionTemplate } from '../executionTemplate.ts'
import { innermostProcess } from '../innermostProcess.ts'
import { launchChild } from '../launchChild.ts'
import { buildRootfs, type Rootfs } from '../rootfs/buildRootfs.ts'
import { digestRootfs } from '../rootfs/packRootfs.ts'
import type { Sandbox, SandboxedProcess, SandboxLimits, SandboxProbe } from '../sandbox.ts'
import { seccompFilter } from '../seccomp/seccompFilter.ts'
import { architectures } from '../seccomp/syscalls.ts'
import { createStagedModels } from '../stagedModels.ts'
import { makeWorkFolder, removeLeftFolders } from '../workFolder.ts'
import { bubblewrapArguments } from './bubblewrapArguments.ts'

export type BubblewrapSandboxOptions = {
  /** The worker's module. */
  entry: string
  node: string
  /** Holds what workers run on and what they are shown; on the file system of the models, so that nothing is copied. */
  workDir: string
  template?: ExecutionTemplate
}

const bwrap = '/usr/bin/bwrap'
const needed = [bwrap, '/usr/bin/prlimit', '/usr/bin/setpriv', '/usr/bin/ldd', '/bin/sh']
const filterDescriptor = 4
/** Bubblewrap waits outside, waits inside as the first process, and the worker is that one's child. */
const depthOfWorker = 2
/** Joins the groups given before `--`, then becomes the command after it. */
const joinThenRun = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 97; shift; done; shift; exec "$@"'

type Prepared = { rootfs: Rootfs; digest: string; filterFile: string }

/** Namespaces, a root of its own that holds the worker only, a filter of system calls, and no environment. Linux, without root. */
export function createBubblewrapSandbox(options: BubblewrapSandboxOptions): Sandbox {
  const { entry, node, workDir, template = defaultTemplate } = options
  let cgroups: Cgroups | undefined
  let prepared: Prepared | undefined
  // It tries to make a group, which a node that uses another level has no need of.
  const groups = (): Cgroups => {
    cgroups ??= openCgroups()
    return cgroups
  }

  const prepare = async () => {
    mkdirSync(workDir, { recursive: true, mode: 0o700 })
    removeLeftFolders(workDir)
    const rootfs = await buildRootfs({ workDir, node, entry, modelPath: template.modelPath })
    const filterFile = join(workDir, `filter-${arch()}.bpf`)
    writeFileSync(filterFile, seccompFilter(architectures[arch() === 'arm64' ? 'arm64' : 'x64']), {
      mode: 0o600,
    })
    prepared = { rootfs, digest: await digestRootfs(rootfs.dir), filterFile }
  }

  return {
    level: 'bubblewrap',
    describe: () => (prepared === undefined ? 'bubblewrap' : `bubblewrap ${prepared.digest}`),
    probe: () => probe(groups),
    async prepare() {
      if (prepared === undefined) await prepare()
    },
    launch(limits) {
      if (prepared === undefined) throw new SandboxBuildFailedError('it was not prepared')
      return launch({ prepared, limits, workDir, template, cgroups: groups() })
    },
  }
}

async function probe(groups: () => Cgroups): Promise<SandboxProbe> {
  const fault = (reason: string, fix: string): SandboxProbe => ({
    level: 'bubblewrap',
    available: false,
    reason,
    fix,
  })
  if (platform() !== 'linux')
    return fault(`${platform()} has no namespaces`, 'Run the provider on Linux for this level.')
  if (arch() !== 'x64' && arch() !== 'arm64')
    return fault(`no filter of system calls for ${arch()}`, 'Use the container level.')
  const missing = needed.find((path) => !existsSync(path))
  if (missing !== undefined)
    return fault(`${missing} is missing`, 'apt install bubblewrap util-linux libc-bin')
  const cgroups = groups()
  if (isRoot() && !cgroups.available) {
    return fault(
      `root's processes cannot be counted: ${cgroups.reason}`,
      'Run the node as another user, or where it may make control groups.',
    )
  }
  try {
    const { stdout } = await promisify(execFile)(bwrap, ['--version'], { env: {} })
    await promisify(execFile)(bwrap, [...trial(), '/bin/sh', '-c', ':'], { env: {} })
    return { level: 'bubblewrap', available: true, detail: `${stdout.trim()}, ${groupsText(cgroups)}` }
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll('\n', ' ').slice(-300) : String(error)
    return fault(
      reason,
      'Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, or an AppArmor profile for bwrap.',
    )
  }
}

const trial = (): string[] => [
  ...(isRoot()
    ? ['--unshare-ipc', '--unshare-pid', '--unshare-net']
    : ['--unshare-all', '--unshare-user', '--disable-userns']),
  ...['--die-with-parent', '--ro-bind', '/', '/', '--proc', '/proc'],
]

const isRoot = (): boolean => geteuid?.() === 0

const groupsText = (cgroups: Cgroups): string =>
  cgroups.available ? `control groups v${cgroups.version}` : 'limits by rlimit'

type LaunchOptions = {
  prepared: Prepared
  limits: SandboxLimits
  workDir: string
  template: ExecutionTemplate
  cgroups: Cgroups
}

function launch({ prepared, limits, workDir, template, cgroups }: LaunchOptions): SandboxedProcess {
  const { rootfs, filterFile } = prepared
  const cwd = makeWorkFolder(workDir)
  const stageDir = join(cwd, 'models')
  mkdirSync(stageDir)
  chmodSync(stageDir, 0o755)
  const cgroup = cgroups.available ? cgroups.create(basename(cwd), limits) : undefined
  const descriptor = openSync(filterFile, 'r')
  const stage = createStagedModels(stageDir)
  const args = bubblewrapArguments({
    ...{ rootfs, stageDir, template, limits, filterDescriptor },
    isRoot: isRoot(),
  })
  let inner: number | undefined
  try {
    return launchChild({
      ...withGroups(cgroup, args),
      cwd,
      env: {},
      descriptor,
      rssBytes: async (pid) => {
        inner ??= innermostProcess(pid, depthOfWorker)
        return inner === undefined ? 0 : readResidentBytes(inner)
      },
      showModel: (modelKey, dir) => join(template.modelPath, stage(modelKey, dir)),
      wasOutOfMemory: () => cgroup?.wasOutOfMemory() ?? false,
      onGone() {
        rmSync(cwd, { recursive: true, force: true })
        cgroup?.remove()
      },
    })
  } finally {
    closeSync(descriptor)
  }
}

function withGroups(
  cgroup: Cgroup | undefined,
  args: readonly string[],
): { file: string; args: readonly string[] } {
  if (cgroup === undefined) return { file: bwrap, args }
  return { file: '/bin/sh', args: ['-c', joinThenRun, 'sh', ...cgroup.joinFiles, '--', bwrap, ...args] }
}
