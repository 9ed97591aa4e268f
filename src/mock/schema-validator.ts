import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Document } from '../openapi/document.ts'
import { readPattern } from '../openapi/pattern.ts'
import type { Side } from '../openapi/side.ts'
import { documentOfSide } from '../openapi/side-document.ts'
import { withoutIds } from '../openapi/without-ids.ts'
import { readingContract } from './invalid-contract-error.ts'

/**
 * Validates a value against the schema at a JSON Pointer of the document.
 * @returns the errors; empty if the value is valid
 * @throws {InvalidContractError} if the schema is invalid
 */
export type SchemaValidator = (pointer: string, value: unknown) => ErrorObject[]

export interface SchemaValidatorOptions {
  side: Side
  /** Whether text is converted to the types of the schema. Changes the value. */
  coerce: boolean
}

/**
 * Creates a validator for the schemas of a document: JSON Schema 2020-12, with formats. Unknown keywords and
 * formats are ignored, because they only describe.
 */
export function createSchemaValidator(
  document: Document,
  { side, coerce }: SchemaValidatorOptions,
): SchemaValidator {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateSchema: false,
    // Otherwise `constructor` is a property of every object.
    ownProperties: true,
    coerceTypes: coerce,
    logger: false,
    code: { regExp: Object.assign(toRegExp, { code: 'toRegExp' }) },
  })
  addFormats.default(ajv)
  const view = documentOfSide(withoutIds(document), side)
  ajv.addSchema({ ...view.document, $id: 'contract' })
  const compiled = new Map<string, ValidateFunction>()
  return (pointer, value) =>
    readingContract(pointer, () => {
      const validate =
        compiled.get(pointer) ?? ajv.compile({ $ref: `contract#${toFragment(view.fromOriginal(pointer))}` })
      compiled.set(pointer, validate)
      // The error of `if` only repeats that of `then`.
      return validate(value) ? [] : (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if')
    })
}

const toFragment = (pointer: string) => encodeURI(pointer).replaceAll('#', '%23')

/**
 * Compiles a pattern, or throws the error of `RegExp` for one of another language. A text for which it takes
 * too long makes the schema unusable.
 */
const toRegExp = (pattern: string): RegExp =>
  readPattern(pattern, (reason) => {
    throw new Error(`${reason}. Write it without nested repetition`)
  }) ?? new RegExp(pattern)
