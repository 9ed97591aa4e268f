import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../../common/user-error.ts'
import type { Document } from '../../openapi/document.ts'
import { type Bundle, bundle, targetOf } from './bundle.ts'
import { type Contract, createContract } from './contract.ts'
import { toUrl } from './read-document.ts'
import { upgradeSchemas } from './upgrade.ts'
import { walk } from './walk.ts'

/**
 * Reads a contract from a file or URL: OpenAPI 3.0, 3.1 or 3.2, in JSON or YAML, in one or several files.
 * @param source a path, or an http, https or file URL
 * @param name the name of the API in reports; the name of the file by default
 * @throws {UserError} if the document cannot be read, or is not OpenAPI 3
 * @example
 * const contract = await loadContract('./openapi.yaml')
 */
export async function loadContract(source: string | URL, name?: string): Promise<Contract> {
  const url = toUrl(source)
  const shown = source instanceof URL ? nameOf(url) : source
  const { document, locate } = await bundle(url, shown)
  assertOpenApi(document, shown)
  assertReferences(document)
  if (document.openapi.startsWith('3.0')) upgradeSchemas(document)
  const contract = prepare(name ?? basename(url.pathname), document, shown)
  if (contract.operations.length === 0)
    throw new UserError(`${shown} has no operations. Add some below "paths".`)
  return { ...contract, locate }
}

/** A path relative to the working directory if the file is inside it. */
function nameOf(url: URL): string {
  if (url.protocol !== 'file:') return url.href
  const path = fileURLToPath(url)
  const inside = relative(process.cwd(), path)
  return inside.startsWith('..') ? path : inside
}

function prepare(name: string, document: Document, shown: string): Contract {
  try {
    return createContract(name, document, '')
  } catch (error) {
    throw new UserError(`${shown} is not a valid OpenAPI document: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function assertOpenApi(
  document: Bundle['document'] | null,
  shown: string,
): asserts document is Bundle['document'] & Document {
  const { openapi, swagger } = Object(document) as Record<string, unknown>
  if (swagger !== undefined)
    throw new UserError(
      `${shown} is Swagger ${swagger}, which is not supported. Convert it to OpenAPI 3, for example with: npx swagger2openapi ${shown}`,
    )
  if (typeof openapi !== 'string')
    throw new UserError(`${shown} is not an OpenAPI document: the field "openapi" is missing.`)
  if (!/^3\.[0-2](\.|$)/.test(openapi))
    throw new UserError(`${shown} is OpenAPI ${openapi}, which is not supported. Pass 3.0, 3.1 or 3.2.`)
}

/** @throws {UserError} if a reference has no target */
function assertReferences(document: object): void {
  walk(document, ({ $ref }) => {
    if (typeof $ref === 'string' && $ref.startsWith('#/')) targetOf(document, $ref)
  })
}
