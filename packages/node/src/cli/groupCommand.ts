import type { Command } from 'commander'
import { UsageError } from './errors/usageError.ts'

/** A noun that does nothing alone: without a verb it says which there are. */
export function groupCommand(parent: Command, name: string, description: string): Command {
  const group = parent.command(name).description(description)
  group.action(() => {
    const verbs = group.commands.map((command) => command.name()).join(', ')
    throw new UsageError(`"dim ${name}" needs a verb: ${verbs}.`, { hint: `Run \`dim ${name} --help\`.` })
  })
  return group
}
