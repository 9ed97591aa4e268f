import { Command } from 'commander'
import { dataCommands } from './data.ts'
import { keyCommands } from './keys.ts'
import { rotateSecretsCommand } from './secrets.ts'
import { userCommands } from './users.ts'

/** `auth-contracts admin <command> <api>`: what an operator does to the data of an API, whether or not servers run on it. */
export function adminCommand(): Command {
  const group = new Command('admin')
    .description('what operators do: people, keys, secrets, backups')
    .addHelpText(
      'after',
      `
All of them find the data as "serve" does: by --data, --database and the environment. What was done is told on standard
error as a line of the audit log.

Examples:
  npx auth-contracts admin create-admin <api> --email ada@example.com --name Ada
  npx auth-contracts admin backup <api> ./backups/monday.db`,
    )
  for (const command of [...userCommands(), ...keyCommands(), rotateSecretsCommand(), ...dataCommands()])
    group.addCommand(command)
  return group
}
