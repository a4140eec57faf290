import { BaseError } from '@dim/sdk'

/** One state folder is one devnet. */
export class DevnetRunningError extends BaseError {
  override readonly code = 'DEVNET_RUNNING'

  constructor(dir: string, pid: number) {
    super(`A devnet runs in ${dir} already, as process ${pid}.`, {
      charged: 'Nothing was charged.',
      hint: 'Use it (`dim run …` finds it), stop it with Ctrl-C there, or give another folder with --state.',
    })
  }
}
