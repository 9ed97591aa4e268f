import type { Command } from 'commander'
import type { AdminContext } from '../../server/administration/open.ts'
import type { NewKey, ProjectScope } from '../../server/administration/projects.ts'
import {
  type CommandResult,
  type DataOptions,
  dataCommand,
  formatTable,
  toIsoDate,
  withData,
} from './command.ts'
import { withProjectOptions } from './users.ts'

const projects = () => import('../../server/administration/projects.ts')

export function keyCommands(): Command[] {
  return [
    dataCommand('create-project', 'create a project with a publishable and a secret API key', [
      'create-project <api> "My shop"',
      'create-project <api> "My shop" --environment staging',
    ])
      .argument('<name>', 'name of both keys')
      .option('--environment <name>', 'environment of the keys; each one has its own users', 'prod')
      .action(withData(createProject, { createsDatabase: true })),
    dataCommand('create-key', 'create another API key of a project', [
      'create-key <api> --project prj_1 --environment prod --kind secret --name Server',
    ])
      .requiredOption('--project <id>', 'id of the project')
      .requiredOption('--environment <name>', 'environment of the key; a new one starts without users')
      .requiredOption('--kind <kind>', 'publishable or secret')
      .option('--name <name>', 'name of the key', 'Key')
      .action(withData(createKey)),
    withProjectOptions(dataCommand('keys', 'list all API keys that are not revoked', ['keys <api>'])).action(
      withData(list),
    ),
    dataCommand('revoke-key', 'revoke an API key immediately and permanently', ['revoke-key <api> <id>'])
      .argument('<id>', 'id of the key, as listed by keys')
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
    text: `Created project ${keys[0]?.project}, environment ${environment}. Store its keys now. They are not shown again:\n${keys.map(formatKey).join('\n')}`,
  }
}

async function createKey(
  data: AdminContext,
  options: DataOptions & { project: string; environment: string; kind: string; name: string },
): Promise<CommandResult> {
  const { createKey } = await projects()
  const key = await createKey(data, options)
  return { json: key, text: `Created a key. Store it now. It is not shown again:\n${formatKey(key)}` }
}

const formatKey = ({ kind, key, id }: NewKey) => `  ${kind.padEnd(12)} ${key}  (${id})`

async function list(data: AdminContext, scope: DataOptions & ProjectScope): Promise<CommandResult> {
  const { listKeys } = await projects()
  const keys = (await listKeys(data, scope)).map(({ keyHash, realm, ...key }) => ({
    ...key,
    createdAt: toIsoDate(key.createdAt),
    lastUsedAt: key.lastUsedAt === null ? null : toIsoDate(key.lastUsedAt),
    expiresAt: key.expiresAt === null ? null : toIsoDate(key.expiresAt),
  }))
  const table = formatTable(
    ['id', 'key', 'name', 'kind', 'owner', 'last used'],
    keys.map(({ id, preview, name, kind, project, environment, userId, lastUsedAt }) => [
      ...[id, preview, name, kind],
      ...[project ? `${project}/${environment}` : (userId ?? ''), lastUsedAt ?? 'never'],
    ]),
  )
  return { json: keys, text: keys.length > 0 ? table : 'No keys found.' }
}

async function revoke(data: AdminContext, _: DataOptions, id = ''): Promise<CommandResult> {
  const { revokeKey } = await projects()
  const wasRevoked = await revokeKey(data, id)
  return {
    json: { id, revoked: true, wasRevoked },
    text: wasRevoked ? `${id} was already revoked.` : `Revoked ${id}.`,
  }
}
