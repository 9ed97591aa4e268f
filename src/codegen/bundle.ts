import { isAbsolute, relative, sep } from 'node:path'
import {
  BaseResolver,
  bundle,
  createConfig,
  getLineColLocation,
  lint,
  type NormalizedProblem,
  ResolveError,
  YamlParseError,
} from '@redocly/openapi-core'
import { UserError } from '../common/user-error.ts'
import type { Document } from '../openapi/document.ts'
import { completeDocument } from './complete.ts'
import type { Contract } from './contracts.ts'
import { unsupportedKeywords } from './unsupported-keywords.ts'

/**
 * Bundles a contract and all its files into one document, and completes it.
 * @throws {UserError} with file, line and column of every problem, if a file is missing or malformed, a
 *   `$ref` has no target, or the document is not valid OpenAPI
 */
export async function bundleContract({ file }: Contract): Promise<Document> {
  const config = await createConfig({ plugins: [unsupportedKeywords], rules: structuralRules })
  const externalRefResolver = new BaseResolver(config.resolve)
  try {
    const problems = await lint({ ref: file, config, externalRefResolver })
    if (problems.length > 0) throw new UserError(problems.map(describeProblem).join('\n'))
    const { bundle: document } = await bundle({ ref: file, config, externalRefResolver })
    // Redocly reuses one object for all references to a file. The JSON round trip makes a copy for each.
    return completeDocument(JSON.parse(JSON.stringify(document.parsed)))
  } catch (error) {
    // Redocly reports problems, except those of the entry file, which it throws.
    if (error instanceof YamlParseError) {
      throw new UserError(
        `${withRelativePaths(file)}:${error.line}:${error.col} ${withRelativePaths(error.message)}`,
      )
    }
    if (error instanceof ResolveError)
      throw new UserError(`${withRelativePaths(file)}:1:1 ${withRelativePaths(error.message)}`)
    throw error
  }
}

/** The rules that the generators rely on. Style is checked by `npm run lint:contracts`. */
const structuralRules = {
  struct: 'error',
  'no-unresolved-refs': 'error',
  'no-identical-paths': 'error',
  'operation-operationId': 'error',
  'operation-operationId-unique': 'error',
  'operation-parameters-unique': 'error',
  'path-parameters-defined': 'error',
  'codegen/unsupported-keywords': 'error',
} as const

function describeProblem({ message, location: [location] }: NormalizedProblem): string {
  if (!location) return message
  const { start } = getLineColLocation(location)
  return `${withRelativePaths(location.source.absoluteRef)}:${start.line}:${start.col} ${withRelativePaths(message)}`
}

/** Makes all paths in a text relative to the working directory. */
function withRelativePaths(text: string): string {
  return isAbsolute(text) ? relative(process.cwd(), text) : text.replaceAll(process.cwd() + sep, '')
}
