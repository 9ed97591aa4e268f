import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import { endpointsOf } from '../openapi/operations.ts'
import { replaceBooleanSchemas } from './boolean-schemas.ts'
import { type Bundle, bundle } from './bundle.ts'
import { endInheritanceLoops } from './inheritance.ts'
import { completeOperationIds } from './operation-ids.ts'
import { plainResponses } from './plain-responses.ts'
import { toUrl } from './read-file.ts'
import { removeNulls } from './remove-nulls.ts'
import type { Locate, SourceLocation } from './source-location.ts'
import { upgrade } from './upgrade.ts'

/** A contract that was read from files or URLs. */
export interface ContractFile {
  url: URL
  /** The path or URL to show in messages. */
  shown: string
  /** All files in one OpenAPI 3.1 document, in which every operation has an `operationId`. */
  document: Document
  /** Finds the file and line of a JSON Pointer into the document. */
  locate: Locate
  /** The changes that made the document usable. */
  warnings: Warning[]
}

/** Something in a contract that cannot be used as it is. */
export interface Warning {
  message: string
  location: SourceLocation
}

/**
 * Reads a contract from a file or URL: OpenAPI 3.0, 3.1 or 3.2, in JSON or YAML, in one or several files.
 * @param source a path, or an http, https or file URL
 * @param onFile is called with each file and its name in messages, before it is read, even if the contract
 *   turns out to be unusable
 * @throws {UserError} if the document cannot be read, is not OpenAPI 3, or has no operations
 */
export async function loadContractFile(
  source: string | URL,
  onFile: (file: URL, name: string) => void = () => {},
): Promise<ContractFile> {
  const url = toUrl(source)
  const shown = source instanceof URL ? nameOf(url) : source
  const { document, locate } = await bundle(url, shown, onFile)
  assertOpenApi(document, shown)
  removeNulls(document)
  plainResponses(document)
  replaceBooleanSchemas(document)
  upgrade(document)
  endInheritanceLoops(document)
  if (readOperations(document, shown).length === 0)
    throw new UserError(`${shown} has no operations. Add some below "paths".`)
  const warnings = completeOperationIds(document).map(({ message, pointer }) => ({
    message,
    location: locate(pointer),
  }))
  return { url, shown, document, locate, warnings }
}

/** A path relative to the working directory if the file is inside it. */
function nameOf(url: URL): string {
  if (url.protocol !== 'file:') return url.href
  const path = fileURLToPath(url)
  const inside = relative(process.cwd(), path)
  return inside.startsWith('..') ? path : inside
}

function readOperations(document: Document, shown: string) {
  try {
    return endpointsOf(document)
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
