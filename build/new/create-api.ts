import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { generateRepository } from '../../src/codegen/generate.ts'
import { findLimits } from '../../src/codegen/limits.ts'
import { withRelativePaths } from '../../src/codegen/problems.ts'
import { UserError } from '../../src/common/user-error.ts'
import { loadContractFile } from '../../src/contract-files/load.ts'
import { blankServer } from './blank-server.ts'
import { assertGenerates, assertNoneExists } from './check-plan.ts'
import { renderClient } from './client.ts'
import { assertName } from './name.ts'
import { registerExample, registerServer } from './registries.ts'
import { type FileContents, readTemplates, templateFile } from './templates.ts'
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
 * @throws {UserError} if the name is invalid or taken, a file is in the way, or the contract cannot be used
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
  if (contract === undefined && existsSync(dirname(own)) && !existsSync(own))
    throw new UserError(`openapi/${name}/ has no openapi.yaml. Give its contract this name; it may be JSON.`)
  const source = contract ?? (existsSync(own) ? own : undefined)
  const { files, registries, notes } = await (source === undefined
    ? exampleApi(root, name)
    : blankApi(root, name, source))
  for (const path of files.keys())
    if (path.startsWith('openapi/') && existsSync(join(root, path))) files.delete(path)
  assertNoneExists(root, files.keys())
  await assertGenerates(root, name, files)
  // The registries come last, so that an interrupted run leaves no import without its file.
  const all = new Map([...files, ...registries])
  const { problems } = await writeOrUndo(root, all, () => generateRepository(root))
  return {
    name,
    files: [...all.keys()].sort(),
    isExample: source === undefined,
    notes: [...notes, ...problems.map((problem) => `Correct another contract: ${problem}`)],
  }
}

interface Plan {
  /** New files. */
  files: FileContents
  /** Present files, with the lines for the API. */
  registries: FileContents
  notes: string[]
}

/** A small contract, a server that implements it, and the adapters for its tests. */
async function exampleApi(root: string, name: string): Promise<Plan> {
  const words = { name, title: titleOf(name), version: '0.1.0', scheme: 'session' }
  const { document } = await loadContractFile(templateFile('contract/openapi.yaml'))
  const files = new Map([
    ...(await readTemplates('contract', `openapi/${name}`, words)),
    ...(await readTemplates('log', `openapi/${name}`, words)),
    ...(await readTemplates('server', `src/variants/${name}`, words)),
    ...(await readTemplates('example', '.', words)),
    [`src/client/${name}.ts`, renderClient(name, document).code],
  ])
  const registries = new Map([...(await registerServer(root, name)), ...(await registerExample(root, name))])
  return { files, registries, notes: [] }
}

/** A server for an existing contract, whose operations are not implemented. */
async function blankApi(root: string, name: string, source: string): Promise<Plan> {
  const { document, locate } = await loadContractFile(source)
  const limits = findLimits(document).map(({ pointer, message }) => {
    const { file, line } = locate(pointer)
    return `${withRelativePaths(file)}:${line} ${message}`
  })
  if (limits.length > 0) throw new UserError(limits.join('\n'))
  const { title, version } = document.info
  const server = await blankServer(name, document)
  const client = renderClient(name, document)
  const files = new Map([
    [`openapi/${name}/openapi.yaml`, stringify(document, { lineWidth: 0 })],
    ...(await readTemplates('log', `openapi/${name}`, { name, title, version })),
    ...server.files,
    [`src/client/${name}.ts`, client.code],
  ])
  const registries = await registerServer(root, name)
  return { files, registries, notes: [...server.notes, ...client.notes] }
}

const titleOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
