import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Document, Schema } from '../../src/openapi/document.ts'

/** Validates a value. Returns the errors as text, or undefined if the value is valid. */
export type SchemaValidator = (schema: Schema, value: unknown) => string | undefined

/** Creates a strict validator of JSON Schema 2020-12 that resolves the shared schemas of a contract. */
export function createSchemaValidator(document: Document): SchemaValidator {
  const ajv = new Ajv2020({ strict: true, strictTypes: true, allowUnionTypes: true, allErrors: true })
  addFormats.default(ajv)
  const extensions = JSON.stringify(document).match(/(?<=")x-[\w-]+(?=":)/g) ?? []
  ajv.addVocabulary([...new Set(['example', 'externalDocs', 'xml', ...extensions])])
  const local = <T extends object>(node: T): T =>
    JSON.parse(JSON.stringify(node).replaceAll('"#/components/schemas/', '"contract#/$defs/'))
  ajv.addSchema({ $id: 'contract', $defs: local(document.components?.schemas ?? {}) })

  const compiled = new WeakMap<Schema, ValidateFunction>()
  return (schema, value) => {
    const validate = compiled.get(schema) ?? ajv.compile(local(schema))
    compiled.set(schema, validate)
    return validate(value) ? undefined : ajv.errorsText(validate.errors)
  }
}
