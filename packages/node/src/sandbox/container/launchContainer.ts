import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Duplex, PassThrough } from 'node:stream'
import type Docker from 'dockerode'
import { readResidentBytes } from '../../runtime/residentMemory.ts'
import { collectTail } from '../collectTail.ts'
import type { ExecutionTemplate } from '../executionTemplate.ts'
import { innermostProcess } from '../innermostProcess.ts'
import type { Rootfs } from '../rootfs/buildRootfs.ts'
import type { ProcessEnd, SandboxedProcess, SandboxLimits } from '../sandbox.ts'
import { createStagedModels } from '../stagedModels.ts'
import { makeWorkFolder } from '../workFolder.ts'
import { containerOptions } from './containerOptions.ts'

export type LaunchContainerOptions = {
  docker: Docker
  image: string
  rootfs: Rootfs
  workDir: string
  template: ExecutionTemplate
  limits: SandboxLimits
}

/** Starts a worker in a container of its own. What is written before the container runs waits for it. */
export function launchContainer(options: LaunchContainerOptions): SandboxedProcess {
  const { docker, workDir, template } = options
  const stageDir = makeWorkFolder(workDir)
  const stage = createStagedModels(stageDir)
  const input = new PassThrough()
  const output = new PassThrough()
  const errors = new PassThrough()
  const stderr = collectTail(errors)
  const ended = Promise.withResolvers<ProcessEnd>()
  const killed = Promise.withResolvers<void>()
  const channel = Duplex.from({ writable: input, readable: output })
  // A broken stream is followed by the end, which is where a job fails.
  channel.on('error', () => undefined)
  let pid = 0
  let worker: number | undefined

  const live = async () => {
    const container = await docker.createContainer(containerOptions({ ...options, stageDir, owner: workDir }))
    try {
      const stream = await container.attach({
        stream: true,
        stdin: true,
        stdout: true,
        stderr: true,
        hijack: true,
      })
      stream.on('error', () => undefined)
      docker.modem.demuxStream(stream, output, errors)
      input.pipe(stream)
      await container.start()
      const over = container.wait()
      void container.inspect().then(
        ({ State }) => {
          pid = State.Pid
        },
        () => undefined,
      )
      const first = await Promise.race([over, killed.promise])
      if (first === undefined) return { how: 'SIGKILL', isMemory: false }
      const { State } = await container.inspect()
      return { how: `exit code ${State.ExitCode}`, isMemory: State.OOMKilled }
    } finally {
      await container.remove({ force: true }).catch(() => undefined)
    }
  }

  const exited = live()
    .then(ended.resolve, (error: unknown) =>
      ended.resolve({ how: error instanceof Error ? error.message : String(error), isMemory: false }),
    )
    .then(() => {
      output.end()
      input.destroy()
      rmSync(stageDir, { recursive: true, force: true })
    })

  return {
    get pid() {
      return pid
    },
    channel,
    ended: ended.promise,
    exited,
    async rssBytes() {
      if (pid === 0) return 0
      worker ??= innermostProcess(pid, 1)
      return worker === undefined ? 0 : readResidentBytes(worker)
    },
    showModel: (modelKey, dir) => join(template.modelPath, stage(modelKey, dir)),
    stderr,
    kill: () => killed.resolve(),
  }
}
