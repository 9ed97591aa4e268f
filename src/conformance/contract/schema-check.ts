import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { RegExpLike } from 'ajv/dist/types/index.js'
import addFormats from 'ajv-formats'
import type { Document, Schema } from '../../openapi/document.ts'
import { readPattern } from '../../openapi/pattern.ts'
import { toPointer } from '../../openapi/pointer.ts'
import type { Side } from '../../openapi/side.ts'
import { documentOfSide, type SideDocument } from '../../openapi/side-document.ts'
import { withoutIds } from '../../openapi/without-ids.ts'

/** A value that violates its schema. */
export interface SchemaViolation {
  /** The JSON Pointer of the value; empty for the whole value. */
  path: string
  /** The demand of the schema, such as `must be string`. */
  message: string
  /** The JSON Pointer of the violated keyword in the document. */
  pointer: string
  /** The invalid value. */
  value?: unknown
  /** Whether the value is valid by several branches of a `oneOf`. */
  isAmbiguous?: boolean
}

/**
 * Validates a value against the schema at a JSON Pointer of the document.
 * @param side in which message the value is sent, for `readOnly` and `writeOnly`; a request by default
 * @returns the violations; empty if the value is valid, or the schema is unusable
 */
export type SchemaCheck = (pointer: string, value: unknown, side?: Side) => SchemaViolation[]

/**
 * Validates text, or lists and objects of text, which stand for the types of the schema: `'7'` is an integer.
 * @returns also the value in the types of the schema, as far as the text has them
 */
export type TextCheck = (
  pointer: string,
  text: unknown,
  side?: Side,
) => { value: unknown; violations: SchemaViolation[] }

/** A schema that no value can be judged by, such as one with an unknown type. */
export interface UnusableSchema {
  pointer: string
  reason: string
}

/**
 * Creates a validator for all schemas of a document: JSON Schema 2020-12, with formats. Unknown keywords and
 * formats are ignored, because the document can be the user's.
 * @returns also the schemas that turned out to be unusable so far
 */
export function createSchemaCheck(document: Document): {
  check: SchemaCheck
  checkText: TextCheck
  unusable: UnusableSchema[]
} {
  const unusable: UnusableSchema[] = []
  const plain = withoutIds(document)
  const views = new Map<Side, SideDocument>()
  const validators = { strict: new Map<Document, TextCheck>(), coerce: new Map<Document, TextCheck>() }

  function viewOf(side: Side): SideDocument {
    const view = views.get(side) ?? documentOfSide(plain, side)
    views.set(side, view)
    return view
  }

  function validatorOf(side: Side, types: keyof typeof validators): TextCheck {
    const view = viewOf(side)
    const validator =
      validators[types].get(view.document) ?? createValidator(view, types === 'coerce', unusable)
    validators[types].set(view.document, validator)
    return validator
  }

  return {
    check: (pointer, value, side = 'request') => validatorOf(side, 'strict')(pointer, value).violations,
    checkText: (pointer, text, side = 'request') =>
      validatorOf(side, 'coerce')(pointer, structuredClone(text)),
    unusable,
  }
}

function createValidator(
  { document, fromOriginal, toOriginal }: SideDocument,
  coerceTypes: boolean,
  unusable: UnusableSchema[],
): TextCheck {
  const ajv = new Ajv2020({
    ...{ strict: false, allErrors: true, validateSchema: false, verbose: true, logger: false },
    // Otherwise `constructor` is a property of every object.
    ownProperties: true,
    coerceTypes,
    code: { regExp: Object.assign(toRegExp, { code: 'new RegExp' }) },
  })
  addFormats.default(ajv)
  ajv.addSchema({ $id: 'contract', ...document } as object)
  const compiled = new Map<string, ValidateFunction>()
  const pointers = new Map<unknown, string>()
  const patterns = new Map<string, RegExpLike>()

  /**
   * A pattern of another language, such as `(?i)`, or one that takes too long, matches all texts: the rest of
   * the schema counts.
   */
  function toRegExp(source: string): RegExpLike {
    const reportAs = (reason: string): true => {
      if (pointers.size === 0) collectPointers(document, '', pointers)
      unusable.push(
        ...placesOf(source, pointers).map((pointer) => ({ pointer: toOriginal(pointer), reason })),
      )
      return true
    }
    const known = patterns.get(source)
    if (known) return known
    let isUnusable = false
    const pattern = readPattern(source, (reason) => {
      isUnusable = reportAs(reason)
      return true
    })
    isUnusable ||= !pattern && reportAs(`The pattern ${source} is not a regular expression of JavaScript`)
    // Ajv tells patterns apart by their text.
    const bounded = {
      test: (text: string) => isUnusable || pattern?.test(text) !== false,
      toString: () => source,
    }
    patterns.set(source, bounded)
    return bounded
  }

  /** Ajv writes a converted value into its holder. The error of `if` only repeats that of `then`. */
  function errorsOf(pointer: string, value: unknown, holder = { value }): ErrorObject[] {
    const validate = compiled.get(pointer) ?? compile(pointer)
    compiled.set(pointer, validate)
    const place = { parentData: holder, parentDataProperty: 'value', rootData: holder }
    if (validate(value, { ...place, instancePath: '', dynamicAnchors: {} })) return []
    return (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if')
  }

  function compile(pointer: string): ValidateFunction {
    try {
      return ajv.compile({ $ref: `contract#${encodeURI(pointer)}` })
    } catch (error) {
      unusable.push({ pointer: toOriginal(pointer), reason: (error as Error).message })
      return ajv.compile({})
    }
  }

  /** Ajv loses the path of the target behind a reference, but keeps the schema object itself. */
  function pointerOf(schema: unknown): string {
    if (pointers.size === 0) collectPointers(document, '', pointers)
    return pointers.get(schema) ?? ''
  }

  /** Reports only the branch of a union that fits best, instead of the errors of all branches. */
  function withoutOtherBranches(errors: ErrorObject[]): ErrorObject[] {
    const last = errors.findLastIndex(
      ({ keyword, params }) => isUnion(keyword) && params.passingSchemas == null,
    )
    const union = errors[last]
    if (!union) return errors
    const branches = (union.schema as unknown[]).map((_, index) => {
      const pointer = `${pointerOf(union.parentSchema)}/${union.keyword}/${index}`
      return errorsOf(pointer, union.data).map((error) => ({
        ...error,
        instancePath: union.instancePath + error.instancePath,
      }))
    })
    // Ajv appends the errors of all branches, then that of the union.
    const first = Math.max(0, last - branches.reduce((sum, { length }) => sum + length, 0))
    const misfitOf = (branch: ErrorObject[]) => misfit(branch.map(({ keyword }) => keyword))
    const [best = []] = branches.toSorted((a, b) => misfitOf(a) - misfitOf(b))
    return [
      ...withoutOtherBranches(errors.slice(0, first)),
      ...withoutOtherBranches(best),
      ...errors.slice(last + 1),
    ]
  }

  return (pointer, value) => {
    const holder = { value }
    const violations = withoutOtherBranches(errorsOf(fromOriginal(pointer), value, holder)).map(
      ({ instancePath, keyword, message = '', params, parentSchema, data }) => ({
        path: instancePath,
        message: describe(message, params),
        pointer: toOriginal(`${pointerOf(parentSchema)}/${keyword}`),
        value: data,
        ...(keyword === 'oneOf' && params.passingSchemas != null && { isAmbiguous: true }),
      }),
    )
    return { value: holder.value, violations }
  }
}

const isUnion = (keyword: string) => keyword === 'oneOf' || keyword === 'anyOf'

/**
 * Measures how badly a value fits a branch of a union. Constants weigh most, because they tell branches
 * apart, and types come next.
 * @param keywords the violated keywords of the branch
 */
export function misfit(keywords: string[]): number {
  const weights: Record<string, number> = { const: 100, enum: 100, type: 10 }
  return keywords.reduce((sum, keyword) => sum + (weights[keyword] ?? 1), 0)
}

function describe(message: string, params: Record<string, unknown>): string {
  if ('allowedValues' in params) return `${message}: ${JSON.stringify(params.allowedValues)}`
  if ('allowedValue' in params) return `${message} ${JSON.stringify(params.allowedValue)}`
  if (Array.isArray(params.type)) return `must be ${params.type.join(' or ')}`
  if ('additionalProperty' in params) return `${message}: ${params.additionalProperty}`
  return message
}

/** Returns the JSON Pointers of the keywords that hold a pattern. */
function placesOf(source: string, pointers: Map<unknown, string>): string[] {
  return [...pointers].flatMap(([node, pointer]) => {
    const { pattern, patternProperties } = node as Schema
    return [
      ...(pattern === source ? [`${pointer}/pattern`] : []),
      ...(Object.hasOwn(Object(patternProperties), source)
        ? [`${pointer}${toPointer('patternProperties', source)}`]
        : []),
    ]
  })
}

function collectPointers(node: unknown, pointer: string, pointers: Map<unknown, string>): void {
  if (typeof node !== 'object' || node === null || pointers.has(node)) return
  pointers.set(node, pointer)
  for (const [key, value] of Object.entries(node)) collectPointers(value, pointer + toPointer(key), pointers)
}
