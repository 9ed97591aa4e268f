import type { Document, Method } from '../../src/openapi/document.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'
import { createSchemaValidator } from '../support/schema-validator.ts'

/**
 * Checks responses against a contract, under a strict JSON Schema validator.
 * @returns what is wrong with a response of an operation; empty if it is as declared
 */
export function createAnswerCheck(document: Document) {
  const validate = createSchemaValidator(document)
  return (path: string, method: string, status: number, body: string): string[] => {
    const response = document.paths?.[path]?.[method as Method]?.responses?.[status]
    if (!response) return [`${status} is not declared`]
    const [content] = Object.values(resolveRef(document, response).content ?? {})
    if (!content) return body === '' ? [] : [`${status} has a body, and none is declared`]
    const problem = content.schema && validate(content.schema, JSON.parse(body))
    return problem ? [problem] : []
  }
}
