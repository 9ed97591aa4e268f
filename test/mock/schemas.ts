import type { Document, Method } from '../../src/openapi/document.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { createSchemaValidator } from '../support/schema-validator.ts'

/**
 * Creates a function that checks responses against a contract with a strict JSON Schema validator.
 * @returns a function that lists the problems of a response
 */
export function createResponseCheck(document: Document) {
  const validate = createSchemaValidator(document)
  return (path: string, method: string, status: number, body: string): string[] => {
    const response = document.paths?.[path]?.[method as Method]?.responses?.[status]
    if (!response) return [`${status} is not declared`]
    const [content] = Object.values(resolveRef(document, response).content ?? {})
    if (!content) return body === '' ? [] : [`${status} has a body, but declares none`]
    const problem = content.schema && validate(content.schema, JSON.parse(body))
    return problem ? [problem] : []
  }
}
