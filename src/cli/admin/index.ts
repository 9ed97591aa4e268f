import { Command } from 'commander'
import { dataCommands } from './data.ts'
import { keyCommands } from './keys.ts'
import { rotateSecretsCommand } from './secrets.ts'
import { userCommands } from './users.ts'

/** Creates `auth-contracts admin <command> <api>`. The commands work while servers are running, too. */
export function adminCommand(): Command {
  const group = new Command('admin')
    .description('manage the users, keys, secrets and data of an API')
    .addHelpText(
      'after',
      `
Like "serve", these commands find the database with --data, --database and environment variables. Each change is written to
standard error as an audit log line.

Examples:
  npx auth-contracts admin create-admin <api> --email ada@example.com --name Ada
  npx auth-contracts admin backup <api> ./backups/monday.db`,
    )
  for (const command of [...userCommands(), ...keyCommands(), rotateSecretsCommand(), ...dataCommands()])
    group.addCommand(command)
  return group
}
