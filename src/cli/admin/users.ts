import { text } from 'node:stream/consumers'
import { type Command, InvalidArgumentError } from 'commander'
import { UserError } from '../../common/user-error.ts'
import type { AdminContext } from '../../server/administration/open.ts'
import type { ProjectScope } from '../../server/administration/projects.ts'
import { type CommandResult, type DataOptions, dataCommand, inColumns, withData } from './command.ts'

const users = () => import('../../server/administration/users.ts')

export function userCommands(): Command[] {
  return [
    withPlace(
      dataCommand('create-admin', 'make the first administrator, or one more', [
        'create-admin <api> --email ada@example.com --name Ada',
        'create-admin <api> --email ada@example.com --name Ada --password-stdin < password.txt',
      ]),
    )
      .requiredOption('--email <address>', 'their address, which counts as verified')
      .requiredOption('--name <name>', 'their name')
      .option('--organization <name>', 'the organization that they make, where the API has organizations')
      .option(
        '--password-stdin',
        'read the password from standard input; otherwise one is made up and shown once',
      )
      .action(withData(createAdmin, { makes: true })),
    withPlace(dataCommand('users', 'list people, the newest first', ['users <api> --email ada@example.com']))
      .option('--email <address>', 'only who has this address')
      .option('--limit <number>', 'how many at most', parseCount, 50)
      .action(withData(list)),
    dataCommand('set-role', 'give somebody another role', ['set-role <api> ada@example.com admin'])
      .argument('<user>', 'id or address')
      .argument('<role>', 'one that the API has')
      .action(withData((data, _: DataOptions, user, role = '') => change(data, user, { role }))),
    dataCommand('set-plan', 'put somebody on another plan', ['set-plan <api> ada@example.com pro'])
      .argument('<user>', 'id or address')
      .argument('<plan>', 'one that the API has')
      .action(withData((data, _: DataOptions, user, plan = '') => change(data, user, { plan }))),
    dataCommand('disable', 'ban somebody: sessions and keys are refused at once', [
      'disable <api> ada@example.com',
    ])
      .alias('ban')
      .argument('<user>', 'id or address')
      .action(withData((data, _: DataOptions, user) => change(data, user, { status: 'disabled' }))),
    dataCommand('enable', 'let somebody in again', ['enable <api> ada@example.com'])
      .argument('<user>', 'id or address')
      .action(withData((data, _: DataOptions, user) => change(data, user, { status: 'active' }))),
    dataCommand('delete', 'erase an account with everything that belongs to it', [
      'delete <api> ada@example.com --yes',
    ])
      .argument('<user>', 'id or address')
      .option('--yes', 'it cannot be undone, and is meant')
      .action(withData(erase)),
    dataCommand('invite', 'let one newcomer in where registration is by invitation', ['invite <api>']).action(
      withData(inviteSomebody),
    ),
  ]
}

/** Gives a command the options that say which pool of users is meant. */
export function withPlace(command: Command): Command {
  return command
    .option('--project <id>', 'the project, where users belong to one')
    .option('--environment <name>', 'its environment')
}

type NewAdminOptions = DataOptions &
  ProjectScope & { email: string; name: string; organization?: string; passwordStdin?: boolean }

async function createAdmin(data: AdminContext, options: NewAdminOptions): Promise<CommandResult> {
  const { createAdmin } = await users()
  const given = options.passwordStdin ? await passwordFromInput() : null
  const { user, password } = await createAdmin(data, { ...options, password: given })
  return {
    json: { ...shown(user), ...(password !== null && { password }) },
    text: `${user.email} is an administrator: ${user.id}${password === null ? '' : `\nPassword, shown only now: ${password}`}`,
  }
}

/** Never from the command line, which every process of the machine can read. @throws {UserError} when there is none */
async function passwordFromInput(): Promise<string> {
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
  const columns = inColumns(
    ['address', 'id', 'name', 'role', 'plan', 'status', 'verified', 'since'],
    found.map(({ id, email, name, role, plan, status, emailVerifiedAt, createdAt }) => [
      ...[email ?? '', id, name, role, plan ?? '', status],
      ...[emailVerifiedAt === null ? 'no' : 'yes', instant(createdAt)],
    ]),
  )
  return { json: found.map(shown), text: found.length > 0 ? columns : 'There is nobody.' }
}

async function change(
  data: AdminContext,
  who = '',
  wanted: { role?: string; plan?: string; status?: 'active' | 'disabled' },
): Promise<CommandResult> {
  const { changeUser } = await users()
  const state = await changeUser(data, who, wanted)
  const { email, id, role, plan, status } = state
  return {
    json: state,
    text: `${email ?? id}: ${status}, role ${role}${plan === null ? '' : `, plan ${plan}`}`,
  }
}

async function erase(
  data: AdminContext,
  { yes }: DataOptions & { yes?: boolean },
  who = '',
): Promise<CommandResult> {
  if (!yes) throw new UserError(`This erases ${who} for good: add --yes to do it.`)
  const { deleteUser } = await users()
  const { id, email } = await deleteUser(data, who)
  return { json: { id, deleted: true }, text: `${email ?? id} and everything that belonged to it is erased.` }
}

async function inviteSomebody(data: AdminContext): Promise<CommandResult> {
  const { invite } = await users()
  const { token, expiresAt } = await invite(data)
  const until = instant(expiresAt)
  return {
    json: { token, expiresAt: until },
    text: `Invitation for one newcomer, shown only now: ${token}\nGood until ${until}.`,
  }
}

type User = Awaited<ReturnType<Awaited<ReturnType<typeof users>>['listUsers']>>[number]

/** What an operator may see of somebody: no hash, no second factor. */
function shown({ id, realm, email, name, role, plan, status, emailVerifiedAt, createdAt }: User) {
  return {
    ...{ id, realm, email, name, role, plan, status },
    emailVerified: emailVerifiedAt !== null,
    createdAt: instant(createdAt),
  }
}

const instant = (at: number) => new Date(at).toISOString()

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a whole number from 1.')
}
