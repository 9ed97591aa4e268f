import type { Command } from 'commander'
import type { AdminContext } from '../../server/administration/open.ts'
import type { NewKey, ProjectScope } from '../../server/administration/projects.ts'
import { type CommandResult, type DataOptions, dataCommand, inColumns, withData } from './command.ts'
import { withPlace } from './users.ts'

const projects = () => import('../../server/administration/projects.ts')

export function keyCommands(): Command[] {
  return [
    dataCommand('create-project', 'make a project with one key of each kind', [
      'create-project <api> "My shop"',
      'create-project <api> "My shop" --environment staging',
    ])
      .argument('<name>', 'what its keys are called')
      .option('--environment <name>', 'whose users and keys are apart from those of others', 'prod')
      .action(withData(createProject, { makes: true })),
    dataCommand('create-key', 'make one more key of a project', [
      'create-key <api> --project prj_1 --environment prod --kind secret --name Server',
    ])
      .requiredOption('--project <id>', 'the project')
      .requiredOption('--environment <name>', 'its environment; a new one begins without users')
      .requiredOption('--kind <kind>', 'publishable or secret')
      .option('--name <name>', 'what it is called', 'Key')
      .action(withData(createKey)),
    withPlace(dataCommand('keys', "list everybody's keys that were not revoked", ['keys <api>'])).action(
      withData(list),
    ),
    dataCommand('revoke-key', 'make a key useless, at once and for good', ['revoke-key <api> <id>'])
      .argument('<id>', 'its id, as listed')
      .action(withData(revoke)),
  ]
}

async function createProject(
  data: AdminContext,
  { environment }: DataOptions & { environment: string },
  name = '',
): Promise<CommandResult> {
  const { createProject } = await projects()
  const keys = await createProject(data, { name, environment })
  return {
    json: keys,
    text: `Project ${keys[0]?.project}, environment ${environment}. Its keys, shown only now:\n${keys.map(line).join('\n')}`,
  }
}

async function createKey(
  data: AdminContext,
  options: DataOptions & { project: string; environment: string; kind: string; name: string },
): Promise<CommandResult> {
  const { createKey } = await projects()
  const key = await createKey(data, options)
  return { json: key, text: `Shown only now:\n${line(key)}` }
}

const line = ({ kind, key, id }: NewKey) => `  ${kind.padEnd(12)} ${key}  (${id})`

async function list(data: AdminContext, place: DataOptions & ProjectScope): Promise<CommandResult> {
  const { listKeys } = await projects()
  const keys = (await listKeys(data, place)).map(({ keyHash, realm, ...key }) => ({
    ...key,
    createdAt: new Date(key.createdAt).toISOString(),
    lastUsedAt: key.lastUsedAt === null ? null : new Date(key.lastUsedAt).toISOString(),
    expiresAt: key.expiresAt === null ? null : new Date(key.expiresAt).toISOString(),
  }))
  const columns = inColumns(
    ['id', 'key', 'name', 'kind', 'of', 'last used'],
    keys.map(({ id, preview, name, kind, project, environment, userId, lastUsedAt }) => [
      ...[id, preview, name, kind],
      ...[project ? `${project}/${environment}` : (userId ?? ''), lastUsedAt ?? 'never'],
    ]),
  )
  return { json: keys, text: keys.length > 0 ? columns : 'There are no keys.' }
}

async function revoke(data: AdminContext, _: DataOptions, id = ''): Promise<CommandResult> {
  const { revokeKey } = await projects()
  const wasRevoked = await revokeKey(data, id)
  return {
    json: { id, revoked: true, wasRevoked },
    text: wasRevoked ? `${id} had been revoked before.` : `${id} is revoked.`,
  }
}
