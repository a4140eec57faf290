import { BaseError } from '@dim/sdk'

export class DataDirInUseError extends BaseError {
  override readonly code = 'DATA_DIR_IN_USE'

  constructor(directory: string, { pid }: { pid: number | undefined }) {
    super(`${directory} could not be opened: process ${pid ?? '(unknown)'} is using it.`, {
      charged: 'Nothing was charged.',
      hint: 'Stop that process (dim node stop), or give this one a node.dataDir of its own.',
    })
  }
}
