import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { generateRepository } from '../../src/codegen/generate.ts'
import { UserError } from '../../src/common/user-error.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { blankServer } from './blank-server.ts'
import { assertName } from './name.ts'
import { registerExample, registerServer } from './registries.ts'
import { type FileContents, readTemplates } from './templates.ts'
import { writeOrUndo } from './write-or-undo.ts'

/** An API that was added. */
export interface NewApi {
  name: string
  /** The paths of the files that were written or changed, without generated ones. */
  files: string[]
  /** Whether the contract is the example, which the server implements. */
  isExample: boolean
  /** Steps that this contract needs besides the usual ones. */
  notes: string[]
}

/**
 * Adds an API with a reference server to a checkout of this repository. Leaves it unchanged if that fails.
 * @param about.contract a path or URL of an OpenAPI document to copy. By default, the contract in
 *   `openapi/<name>/` if it exists, else an example
 * @throws {UserError} if the name is invalid or taken, or the contract cannot be used
 */
export async function createApi({
  root,
  name,
  contract,
}: {
  root: string
  name: string
  contract?: string | undefined
}): Promise<NewApi> {
  assertName(root, name)
  const own = join(root, 'openapi', name, 'openapi.yaml')
  if (contract !== undefined && existsSync(own))
    throw new UserError(`openapi/${name}/ has a contract already. Leave out --contract to use it.`)
  const source = contract ?? (existsSync(own) ? own : undefined)
  const { files, notes } = await (source === undefined
    ? exampleApi(root, name)
    : blankApi(root, name, source))
  for (const path of files.keys())
    if (path.startsWith('openapi/') && existsSync(join(root, path))) files.delete(path)
  await writeOrUndo(root, files, () => generateRepository(root))
  return { name, files: [...files.keys()].sort(), isExample: source === undefined, notes }
}

interface Plan {
  files: FileContents
  notes: string[]
}

/** A small contract, a server that implements it, and the adapters for its tests. */
async function exampleApi(root: string, name: string): Promise<Plan> {
  const words = { name, title: titleOf(name), version: '0.1.0', scheme: 'session' }
  const files = new Map([
    ...(await readTemplates('contract', `openapi/${name}`, words)),
    ...(await readTemplates('log', `openapi/${name}`, words)),
    ...(await readTemplates('server', `src/variants/${name}`, words)),
    ...(await readTemplates('example', '.', words)),
    ...(await registerServer(root, name)),
    ...(await registerExample(root, name)),
  ])
  return { files, notes: [] }
}

/** A server for an existing contract, whose operations are not implemented. */
async function blankApi(root: string, name: string, source: string): Promise<Plan> {
  const { document } = await loadContractFile(source)
  const { title, version } = document.info
  const server = await blankServer(name, document)
  const files = new Map([
    [`openapi/${name}/openapi.yaml`, stringify(document, { lineWidth: 110 })],
    ...(await readTemplates('log', `openapi/${name}`, { name, title, version })),
    ...server.files,
    ...(await registerServer(root, name)),
  ])
  return { files, notes: server.notes }
}

const titleOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
