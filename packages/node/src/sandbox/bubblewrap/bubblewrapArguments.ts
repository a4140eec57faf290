import { slotFileBytes } from '../../runtime/slotFile.ts'
import type { ExecutionTemplate } from '../executionTemplate.ts'
import { workerEnvironment } from '../executionTemplate.ts'
import { engineDataBytes } from '../process/processSandbox.ts'
import type { Rootfs } from '../rootfs/buildRootfs.ts'
import type { SandboxLimits } from '../sandbox.ts'

export type BubblewrapArgumentsOptions = {
  rootfs: Rootfs
  /** The folder of shown models on this machine. */
  stageDir: string
  template: ExecutionTemplate
  limits: SandboxLimits
  /** Descriptor from which bubblewrap reads the filter of system calls. */
  filterDescriptor: number
  /** Root needs no user namespace, and must not be in one: there it stays root to the kernel's settings below /proc/sys. */
  isRoot: boolean
}

const nobody = '65534'

const namespacesOfUser = [
  ...['--unshare-all', '--unshare-user', '--disable-userns'],
  ...['--uid', nobody, '--gid', nobody, '--cap-drop', 'ALL'],
]

const namespacesOfRoot = [
  ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID'],
]

/** The last act of root, before any code of the worker: what it may do goes with it. */
const leaveRoot = [
  ...['/usr/bin/setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'],
  ...['--ambient-caps=-all', '--inh-caps=-all', '--no-new-privs'],
]

/** Order counts: mounts come one after the other, and the whole is made read-only at the end. */
export function bubblewrapArguments(options: BubblewrapArgumentsOptions): string[] {
  const { rootfs, stageDir, template, limits, filterDescriptor, isRoot } = options
  const environment = Object.entries(workerEnvironment(template))
  return [
    ...(isRoot ? namespacesOfRoot : namespacesOfUser),
    ...['--die-with-parent', '--new-session', '--hostname', 'sandbox', '--clearenv'],
    ...environment.flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--ro-bind', rootfs.dir, '/', '--proc', '/proc', '--dev', '/dev'],
    ...template.devices.flatMap((device) => ['--dev-bind', device, device]),
    ...['--remount-ro', '/dev', '--size', String(limits.tmpBytes), '--perms', '1777', '--tmpfs', '/tmp'],
    ...['--ro-bind', stageDir, template.modelPath, '--remount-ro', '/', '--chdir', '/tmp'],
    ...['--seccomp', String(filterDescriptor), '--'],
    ...(isRoot ? leaveRoot : []),
    ...['/usr/bin/prlimit', `--data=${limits.memoryBytes + engineDataBytes}`, '--core=0'],
    `--fsize=${Math.max(limits.tmpBytes, slotFileBytes)}`,
    // The kernel counts the processes of one user, which for root are not limited: a control group does it there.
    ...(isRoot ? [] : [`--nproc=${limits.maxProcesses}`]),
    rootfs.node,
    rootfs.entry,
  ]
}
