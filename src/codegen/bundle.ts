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
import type { Contract } from './contracts.ts'
import type { Document } from './openapi.ts'
import { limits } from './unsupported-keywords.ts'

/**
 * Reads a contract with all its files into one document.
 * @throws {UserError} with every problem, its file, line and column, when a file is missing or malformed, a `$ref` leads nowhere, or the document is not OpenAPI
 */
export async function bundleContract({ file }: Contract): Promise<Document> {
  const config = await mustHold()
  const externalRefResolver = new BaseResolver(config.resolve)
  try {
    const problems = await lint({ ref: file, config, externalRefResolver })
    if (problems.length > 0) throw new UserError(problems.map(describe).join('\n'))
    const { bundle: document } = await bundle({ ref: file, config, externalRefResolver })
    // Places that refer to the same file share one object in a bundle; the round trip gives each its own.
    return JSON.parse(JSON.stringify(document.parsed))
  } catch (error) {
    // The entry file is the one file whose faults are thrown instead of reported.
    if (error instanceof YamlParseError) {
      throw new UserError(`${here(file)}:${error.line}:${error.col} ${here(error.message)}`)
    }
    if (error instanceof ResolveError) throw new UserError(`${here(file)}:1:1 ${here(error.message)}`)
    throw error
  }
}

/** The rules without which the generators have nothing to say; style is the business of the contract linter. */
const mustHold = () =>
  createConfig({
    plugins: [limits],
    rules: {
      struct: 'error',
      'no-unresolved-refs': 'error',
      'no-identical-paths': 'error',
      'operation-operationId': 'error',
      'operation-operationId-unique': 'error',
      'operation-parameters-unique': 'error',
      'path-parameters-defined': 'error',
      'codegen/limits': 'error',
    },
  })

function describe({ message, location: [location] }: NormalizedProblem): string {
  if (!location) return message
  const { start } = getLineColLocation(location)
  return `${here(location.source.absoluteRef)}:${start.line}:${start.col} ${here(message)}`
}

/** Paths as the user types them: relative to where the command was started. */
function here(text: string): string {
  return isAbsolute(text) ? relative(process.cwd(), text) : text.replaceAll(process.cwd() + sep, '')
}
