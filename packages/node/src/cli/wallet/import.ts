import { importKey } from '../../identity/importKey.ts'
import { readSecretFile } from '../../identity/readSecretFile.ts'
import { walletPath } from '../../identity/walletPath.ts'
import type { AddCommand } from '../command.ts'
import { NotConfirmedError } from '../confirm.ts'
import type { Context } from '../context.ts'
import { UsageError } from '../errors/usageError.ts'
import { formatFields } from '../fields.ts'
import { addWriteOptions, type WriteOptions } from '../writeOptions.ts'
import { passwordSource } from './passwordSource.ts'
import { walletHome } from './walletHome.ts'

type Options = WriteOptions & { keyFile?: string }

export const addWalletImport: AddCommand = (parent, run) => {
  addWriteOptions(
    parent
      .command('import')
      .description('take over a key that you have; never as an argument, where others can read it'),
  )
    .argument('[name]', 'name of the wallet (default: that of --wallet)')
    .option('--key-file <file>', 'file of mode 0600 with the private key; else standard input or a prompt')
    .action(
      run<Options>(async (context, { dryRun, keyFile }, [given]) => {
        const { keystore: dir, name: usual, passwordFile } = await walletHome(context)
        const name = given ?? usual
        const path = walletPath(dir, name)
        if (dryRun === true) {
          context.out.result(
            { dryRun: true, name, path },
            () => `Would write the key, encrypted, to ${path}.`,
          )
          return
        }
        const privateKey = await readKey(context, keyFile)
        const password = await passwordSource(context, { file: passwordFile, repeat: true })()
        const { address } = await importKey({ dir, name, password, privateKey })
        context.out.result({ name, address, path }, () => formatFields({ wallet: name, address, file: path }))
      }),
    )
}

async function readKey({ io, out }: Context, file: string | undefined): Promise<string> {
  if (file !== undefined) return readSecretFile(file)
  if (io.stdin.isTTY !== true) return readAll(io.stdin)
  if (out.json) throw new UsageError('No key was given.', { hint: 'Use --key-file, or pipe the key in.' })
  const { password, isCancel } = await import('@clack/prompts')
  const answer = await password({ message: 'Private key', output: io.stderr as never })
  if (isCancel(answer)) throw new NotConfirmedError()
  return answer
}

async function readAll(stream: NodeJS.ReadableStream): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString('utf8')
}
