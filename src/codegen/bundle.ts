import { BaseResolver, bundle, createConfig, lint } from '@redocly/openapi-core'
import type { Document } from '../openapi/document.ts'
import { completeDocument } from './complete.ts'
import type { Contract } from './contracts.ts'
import { throwProblems, toUserError } from './problems.ts'

/**
 * Bundles a contract and all its files into one document, and completes it.
 * @throws {UserError} with file, line and column of every problem, if a file is missing or malformed, a
 *   `$ref` has no target, or the document is not valid OpenAPI
 */
export async function bundleContract({ file }: Contract): Promise<Document> {
  const config = await createConfig({ rules: structuralRules })
  const externalRefResolver = new BaseResolver(config.resolve)
  try {
    throwProblems(await lint({ ref: file, config, externalRefResolver }))
    const { bundle: document } = await bundle({ ref: file, config, externalRefResolver })
    // Redocly reuses one object for all references to a file. The JSON round trip makes a copy for each.
    return completeDocument(JSON.parse(JSON.stringify(document.parsed)))
  } catch (error) {
    throw toUserError(error, file)
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
} as const
