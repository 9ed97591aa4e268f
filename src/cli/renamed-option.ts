import { type Command, Option } from 'commander'

/**
 * Adds a hint for an option of other commands that has another name in this one. The help does not list it.
 * @param flags the option of the other commands, such as `--url <url>`
 * @param meant the option of this one
 */
export function withRenamedOption(command: Command, flags: string, meant: string): Command {
  const option = new Option(flags).hideHelp()
  return command.addOption(
    option.argParser(() =>
      command.error(`error: unknown option '${option.long}'\n(Did you mean ${meant}?)`, {
        code: 'commander.unknownOption',
      }),
    ),
  )
}
