import { text } from 'node:stream/consumers'
import { type Command, InvalidArgumentError } from 'commander'
import { UserError } from '../../common/user-error.ts'
import type { AdminContext } from '../../server/administration/open.ts'
import type { ProjectScope } from '../../server/administration/projects.ts'
import {
  type CommandResult,
  type DataOptions,
  dataCommand,
  formatTable,
  toIsoDate,
  withData,
} from './command.ts'

const users = () => import('../../server/administration/users.ts')

export function userCommands(): Command[] {
  const userArgument = ['<user>', 'id or email of the user'] as const
  return [
    withProjectOptions(
      dataCommand('create-admin', 'create an administrator', [
        'create-admin <api> --email ada@example.com --name Ada',
        'create-admin <api> --email ada@example.com --name Ada --password-stdin < password.txt',
      ]),
    )
      .requiredOption('--email <email>', 'email of the administrator; it counts as verified')
      .requiredOption('--name <name>', 'name of the administrator')
      .option('--organization <name>', 'name of a new organization, if the API has organizations')
      .option(
        '--password-stdin',
        'read the password from standard input; without this, a random password is created and shown once',
      )
      .action(withData(createAdmin, { createsDatabase: true })),
    withProjectOptions(
      dataCommand('users', 'list users, newest first', ['users <api> --email ada@example.com']),
    )
      .option('--email <email>', 'only users with this email')
      .option('--limit <number>', 'maximum number of users', parseCount, 50)
      .action(withData(list)),
    dataCommand('set-role', 'change the role of a user', ['set-role <api> ada@example.com admin'])
      .argument(...userArgument)
      .argument('<role>', 'a role of the API')
      .action(withData((data, _: DataOptions, user, role = '') => change(data, user, { role }))),
    dataCommand('set-plan', 'change the plan of a user', ['set-plan <api> ada@example.com pro'])
      .argument(...userArgument)
      .argument('<plan>', 'a plan of the API')
      .action(withData((data, _: DataOptions, user, plan = '') => change(data, user, { plan }))),
    dataCommand('disable', 'disable a user; their sessions and keys stop working immediately', [
      'disable <api> ada@example.com',
    ])
      .alias('ban')
      .argument(...userArgument)
      .action(withData((data, _: DataOptions, user) => change(data, user, { status: 'disabled' }))),
    dataCommand('enable', 'enable a disabled user', ['enable <api> ada@example.com'])
      .argument(...userArgument)
      .action(withData((data, _: DataOptions, user) => change(data, user, { status: 'active' }))),
    dataCommand('delete', 'delete a user and all their data', ['delete <api> ada@example.com --yes'])
      .argument(...userArgument)
      .option('--yes', 'skip the confirmation (this cannot be undone)')
      .action(withData(erase)),
    dataCommand('invite', 'create an invitation for one sign-up, if the API has invitations', [
      'invite <api>',
    ]).action(withData(createInvitation)),
  ]
}

/** Adds the options that select the users of one project and environment. */
export function withProjectOptions(command: Command): Command {
  return command
    .option('--project <id>', 'id of the project, if users of the API belong to projects')
    .option('--environment <name>', 'environment of the project')
}

type NewAdminOptions = DataOptions &
  ProjectScope & { email: string; name: string; organization?: string; passwordStdin?: boolean }

async function createAdmin(data: AdminContext, options: NewAdminOptions): Promise<CommandResult> {
  const { createAdmin } = await users()
  const chosen = options.passwordStdin ? await readPassword() : null
  const { user, password } = await createAdmin(data, { ...options, password: chosen })
  return {
    json: { ...toPublicUser(user), ...(password !== null && { password }) },
    text: `Created administrator ${user.email} with id ${user.id}.${password === null ? '' : `\nPassword (not shown again): ${password}`}`,
  }
}

/**
 * Reads a password from standard input, because other processes can read the command line.
 * @throws {UserError} if there is no input
 */
async function readPassword(): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '')
  if (password === '') throw new UserError('There is no password on standard input.')
  return password
}

async function list(
  data: AdminContext,
  options: DataOptions & ProjectScope & { email?: string; limit: number },
): Promise<CommandResult> {
  const { listUsers } = await users()
  const found = await listUsers(data, options)
  const table = formatTable(
    ['email', 'id', 'name', 'role', 'plan', 'status', 'verified', 'created'],
    found.map(({ id, email, name, role, plan, status, emailVerifiedAt, createdAt }) => [
      ...[email ?? '', id, name, role, plan ?? '', status],
      ...[emailVerifiedAt === null ? 'no' : 'yes', toIsoDate(createdAt)],
    ]),
  )
  return { json: found.map(toPublicUser), text: found.length > 0 ? table : 'No users found.' }
}

async function change(
  data: AdminContext,
  idOrEmail = '',
  changes: { role?: string; plan?: string; status?: 'active' | 'disabled' },
): Promise<CommandResult> {
  const { changeUser } = await users()
  const state = await changeUser(data, idOrEmail, changes)
  const { email, id, role, plan, status } = state
  return {
    json: state,
    text: `${email ?? id}: ${status}, role ${role}${plan === null ? '' : `, plan ${plan}`}`,
  }
}

async function erase(
  data: AdminContext,
  { yes }: DataOptions & { yes?: boolean },
  idOrEmail = '',
): Promise<CommandResult> {
  if (!yes) throw new UserError(`This deletes ${idOrEmail} permanently. Add --yes to confirm.`)
  const { deleteUser } = await users()
  const { id, email } = await deleteUser(data, idOrEmail)
  return { json: { id, deleted: true }, text: `Deleted ${email ?? id} and all their data.` }
}

async function createInvitation(data: AdminContext): Promise<CommandResult> {
  const { invite } = await users()
  const { token, expiresAt } = await invite(data)
  const until = toIsoDate(expiresAt)
  return {
    json: { token, expiresAt: until },
    text: `Invitation for one sign-up (not shown again): ${token}\nIt expires at ${until}.`,
  }
}

type User = Awaited<ReturnType<Awaited<ReturnType<typeof users>>['listUsers']>>[number]

/** Returns the fields that operators may see: not the password hash or the TOTP secret. */
function toPublicUser({ id, realm, email, name, role, plan, status, emailVerifiedAt, createdAt }: User) {
  return {
    ...{ id, realm, email, name, role, plan, status },
    emailVerified: emailVerifiedAt !== null,
    createdAt: toIsoDate(createdAt),
  }
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Pass a whole number from 1 to 999999.')
}
