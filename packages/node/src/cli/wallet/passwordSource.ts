import { BaseError } from '@dim/sdk'
import type { PasswordSource } from '../../identity/identity.ts'
import { readPasswordFile } from '../../identity/readPasswordFile.ts'
import { NotConfirmedError } from '../confirm.ts'
import type { Context } from '../context.ts'

/** A key must be opened, and there is neither a password file nor a terminal. */
export class PasswordNeededError extends BaseError {
  override readonly code = 'PASSWORD_NEEDED'

  constructor() {
    super('A key must be opened, but there is no password and nobody to ask.', {
      charged: 'Nothing was charged.',
      hint: 'Set DIM_PASSWORD_FILE to a file of mode 0600 that holds the password.',
    })
  }
}

/** The password from its file, else from the person at the terminal; asked for once. */
export function passwordSource(
  { io, out }: Context,
  { file, repeat = false }: { file: string | undefined; repeat?: boolean },
): PasswordSource {
  let answer: Promise<string> | undefined
  const read = async () => {
    if (file !== undefined) return readPasswordFile(file)
    if (io.stdin.isTTY !== true || out.json) throw new PasswordNeededError()
    return prompt(io, repeat)
  }
  return () => {
    answer ??= read()
    return answer
  }
}

async function prompt(io: Context['io'], repeat: boolean): Promise<string> {
  const { password, isCancel } = await import('@clack/prompts')
  const ask = async (message: string) => {
    const answer = await password({ message, output: io.stderr as never })
    if (isCancel(answer)) throw new NotConfirmedError()
    return answer
  }
  const first = await ask(repeat ? 'New password' : 'Password')
  if (repeat && (await ask('The same again')) !== first) throw new PasswordsDifferError()
  return first
}

/** The two new passwords are not the same. */
export class PasswordsDifferError extends BaseError {
  override readonly code = 'PASSWORD_DIFFERS'

  constructor() {
    super('The two passwords differ, so no key was written.', {
      charged: 'Nothing was charged.',
      hint: 'Try again.',
    })
  }
}
