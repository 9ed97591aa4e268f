import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Document, Method } from '../../src/openapi/document.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'

/**
 * Checks answers against a contract under a strict JSON Schema 2020-12 validator.
 * @returns what is wrong with `body` as an answer of the operation; nothing when it is as declared
 */
export function createAnswerCheck(document: Document) {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true })
  formats.default(ajv)
  // What OpenAPI adds to JSON Schema validates nothing; `components` is where the references of a schema lead.
  const extensions = new Set(JSON.stringify(document).match(/(?<=")x-[\w-]+(?=":)/g))
  ajv.addVocabulary(['example', 'components', ...extensions])
  return (path: string, method: string, status: number, body: string): string[] => {
    const response = document.paths?.[path]?.[method as Method]?.responses?.[status]
    if (!response) return [`${status} is not declared`]
    const [content] = Object.values(resolveRef(document, response).content ?? {})
    if (!content) return body === '' ? [] : [`${status} has a body, and none is declared`]
    const validate = ajv.compile({ ...content.schema, components: document.components })
    if (validate(JSON.parse(body))) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  }
}
