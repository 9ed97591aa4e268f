import type { Schema } from './document.ts'
import { createSchemaMatcher, isOfType, type SchemaMatcher } from './matches-schema.ts'
import { mergeSchemas } from './merge-schemas.ts'
import { patternTexts } from './pattern-texts.ts'
import { isRef, refName, resolveRef } from './resolve-ref.ts'
import { sampleNumbers } from './sample-number.ts'
import { sampleTexts } from './sample-text.ts'
import { isForOtherSide, type Side } from './side.ts'

/** Nested deeper, an object has only its required properties, and a list no items. */
const maxDepth = 8

/** Values of schemas that combine many alternatives are given up after so many trials. */
const maxTrials = 300

export interface SampleOptions {
  /** The side that sends the value, without the properties of the other one. */
  side: Side
  /**
   * Which optional properties an object has: all; the first two if none is required; or none. Lists are as
   * short. By default, all.
   */
  size?: Size
  /** A validator for the value. */
  isValid?: (value: unknown) => boolean
}

type Size = 'full' | 'short' | 'required'

/**
 * Builds a value for a schema without random data: its example, default or first allowed value, or else the
 * simplest value that matches it. Recursive schemas end at their second turn.
 * @returns the same value each time; it can be invalid if the schema is unusual or contradicts itself
 */
export function sampleValue(document: object, schema: Schema, options: SampleOptions): unknown {
  const { side, size = 'full', isValid = () => true } = options
  const matcher = createSchemaMatcher(document, side)
  const build = (usesExamples: boolean) => {
    const common = { document, side, size, usesExamples, matcher, variant: 0, ancestors: [] }
    return sample({ ...common, trials: { left: maxTrials } }, schema).value
  }
  const value = build(true)
  if (isValid(value)) return value
  // The check of samples does not know formats, which examples and defaults can break.
  const other = build(false)
  return isValid(other) ? other : value
}

interface Context {
  document: object
  side: Side
  size: Size
  usesExamples: boolean
  matcher: SchemaMatcher
  /** Selects another value each time, for lists of unique items. */
  variant: number
  /** The schemas that contain this one. */
  ancestors: Schema[]
  /** How many further values can be built in place of ones that do not match. */
  trials: { left: number }
}

interface Sample {
  value: unknown
  matches: boolean
}

function sample(context: Context, schema: Schema): Sample {
  const { document, ancestors, trials } = context
  const inner = { ...context, ancestors: [...ancestors, target(document, schema)] }
  let chosen: Sample | undefined
  let count = 0
  for (const value of candidates(inner, mergeSchemas(document, schema))) {
    const matches = context.matcher.matches(schema, value)
    if (matches || !chosen) chosen = { value, matches }
    // The parts of lists and objects vary already.
    if (matches && (isContainer(value) || count++ === context.variant)) break
    if (isContainer(value) && trials.left-- <= 0) break
  }
  return chosen ?? { value: null, matches: false }
}

const isContainer = (value: unknown) => typeof value === 'object' && value !== null

/** Returns values for a merged schema, the best first. Some do not match it. */
function* candidates(context: Context, schema: Schema, depth = 0): Iterable<unknown> {
  const { const: constant, enum: allowed } = schema
  if (constant !== undefined) return yield constant
  if (context.usesExamples) yield* givenValues(schema)
  if (allowed) return yield* [...allowed].sort((a, b) => Number(a === null) - Number(b === null))
  const alternatives = depth > maxDepth ? undefined : alternativesOf(context, schema)
  const sizes = [...new Set<Size>([context.size, 'required'])]
  if (alternatives) {
    for (const size of sizes)
      for (const alternative of alternatives)
        yield* candidates({ ...context, size }, mergeSchemas(context.document, alternative), depth + 1)
    return
  }
  const type = typeOf(schema)
  if (type === 'string') yield* sampleTexts(schema)
  else if (type === 'integer' || type === 'number') yield* sampleNumbers({ ...schema, type })
  else if (type === 'boolean') yield* [true, false]
  else if (type === 'array') for (const size of sizes) yield sampleList({ ...context, size }, schema)
  else if (type === 'object') for (const size of sizes) yield sampleObject({ ...context, size }, schema)
  else yield null
}

/** Returns the values that the schema gives. Many are of another type. */
function givenValues(schema: Schema & { example?: unknown }): unknown[] {
  const { examples, example, default: usual, type } = schema
  const types = [type ?? []].flat()
  return [...(Array.isArray(examples) ? examples : []), example, usual].filter(
    (value) => value !== undefined && (types.length === 0 || types.some((each) => isOfType(value, each))),
  )
}

/** Returns the first type that is not null. Without `type`, the keywords imply it: an object by default. */
function typeOf(schema: Schema): string {
  const types = [schema.type ?? []].flat()
  const named = types.find((each) => each !== 'null') ?? types[0]
  if (named) return named
  if (schema.properties || schema.required || schema.additionalProperties) return 'object'
  if (schema.items || schema.prefixItems || schema.contains) return 'array'
  const { pattern, format, minLength, maxLength } = schema
  if (pattern || format || minLength !== undefined || maxLength !== undefined) return 'string'
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  const bounds = [minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf]
  return bounds.some((bound) => bound !== undefined) ? 'number' : 'object'
}

/**
 * Returns a merged schema combined with each of its alternatives: the branches of a union, or the two sides
 * of a condition. Null and recursion are the last resort.
 */
function alternativesOf(context: Context, schema: Schema): Schema[] | undefined {
  if (!schema.oneOf && !schema.anyOf && !schema.if) return undefined
  const keyword = schema.oneOf ? 'oneOf' : 'anyOf'
  const { [keyword]: branches, ...rest } = schema
  if (branches) {
    const cost = (branch: Schema) => (branch.type === 'null' ? 2 : needsRecursion(context, branch) ? 1 : 0)
    return [...branches]
      .sort((a, b) => cost(a) - cost(b))
      .map((branch) => ({ allOf: [rest, branch, ...discriminated(context.document, schema, branch)] }))
  }
  const { if: condition, then: consequence = {}, else: otherwise = {}, ...unconditional } = schema
  return (
    condition && [{ allOf: [unconditional, condition, consequence] }, { allOf: [unconditional, otherwise] }]
  )
}

/** Tells whether a schema requires one of those that contain it. */
function needsRecursion(context: Context, branch: Schema): boolean {
  const { properties = {}, required = [], items, minItems = 0 } = mergeSchemas(context.document, branch)
  const parts = [
    ...required.flatMap((name) => properties[name] ?? []),
    ...(items && minItems > 0 ? [items] : []),
  ]
  return parts.some((part) => isRecursive(context, part))
}

/** Names the branch in the property that tells branches apart, unless the branch fixes it itself. */
function discriminated(document: object, { discriminator }: Schema, branch: Schema): Schema[] {
  if (!discriminator?.propertyName || !isRef(branch)) return []
  const { propertyName, mapping } = discriminator
  const property = mergeSchemas(document, branch).properties?.[propertyName] ?? {}
  const { const: constant, enum: allowed = constant === undefined ? undefined : [constant] } = mergeSchemas(
    document,
    property,
  )
  const [name = mapping || allowed ? undefined : refName(branch)] =
    Object.entries(mapping ?? {}).find(([, to]) => to === branch.$ref || to === refName(branch)) ?? []
  if (name === undefined || (allowed && !allowed.includes(name))) return []
  return [{ properties: { [propertyName]: { const: name } }, required: [propertyName] }]
}

const target = (document: object, schema: Schema): Schema =>
  isRef(schema) ? resolveRef<Schema>(document, schema) : schema

function sampleObject(context: Context, schema: Schema): object {
  const { properties = {}, propertyNames, minProperties = 0, maxProperties = Infinity } = schema
  const required = new Set(requiredNames(context, schema))
  const optional = optionalNames(context, schema, required)
  const usual = usualCount(context, required.size, optional.length)
  const chosen = withDependent(schema, [...required, ...optional.slice(0, usual)])
  const isPermitted = (name: string) => !propertyNames || context.matcher.matches(propertyNames, name)
  const values = new Map<string, unknown>()

  function add(name: string): void {
    if (values.has(name)) return
    const isRequired = required.has(name)
    if (!isRequired && (values.size >= maxProperties || !isPermitted(name))) return
    const schemas = context.matcher.schemasOfProperty(schema, name)
    const [only = {}] = schemas
    const { value, matches } = sample(context, schemas.length > 1 ? { allOf: schemas } : only)
    if (matches || isRequired) values.set(name, value)
  }

  for (const name of [...Object.keys(properties).filter((each) => chosen.has(each)), ...chosen]) add(name)
  for (const name of [...optional, ...furtherNames(schema)])
    if (values.size < minProperties) add(name)
    else break
  return Object.fromEntries(values)
}

function requiredNames(context: Context, { properties = {}, required = [] }: Schema): string[] {
  const { document, side, ancestors } = context
  return required.filter((name) => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!property) return true
    const isEndless = ancestors.length > 2 * maxDepth && isRecursive(context, property)
    return !isEndless && !isForOtherSide(document, property, side)
  })
}

/** Returns the other properties that the object can have. */
function optionalNames(context: Context, { properties = {} }: Schema, required: Set<string>): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const isLeftOut =
      required.has(name) ||
      isRecursive(context, property) ||
      isForOtherSide(context.document, property, context.side)
    return isLeftOut ? [] : [name]
  })
}

/** Returns how many of the optional properties an object has. */
function usualCount({ size, ancestors }: Context, required: number, optional: number): number {
  if (size === 'required' || ancestors.length > maxDepth) return 0
  if (size === 'full') return optional
  return required > 0 ? 0 : 2
}

/** Adds the properties that others require. */
function withDependent({ dependentRequired = {} }: Schema, names: string[]): Set<string> {
  const all = new Set(names)
  // A loop over a set also visits what the loop adds.
  for (const name of all)
    for (const needed of (Object.hasOwn(dependentRequired, name) && dependentRequired[name]) || [])
      all.add(needed)
  return all
}

/** Returns names that the schema does not declare. */
function* furtherNames({ patternProperties = {}, propertyNames }: Schema): Iterable<string> {
  for (const pattern of Object.keys(patternProperties)) yield* patternTexts(pattern, 1)
  if (propertyNames) yield* sampleTexts(propertyNames)
  for (let index = 1; index <= 100; index++) yield `property${index}`
}

function sampleList(context: Context, schema: Schema): unknown[] {
  const { items = {}, prefixItems = [], contains, minContains = 1 } = schema
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, uniqueItems } = schema
  const isEnd = isRecursive(context, items) || context.ancestors.length > maxDepth
  const usual = context.size === 'required' || isEnd ? 0 : prefixItems.length || 1
  const length = Math.min(
    maxItems,
    Math.max(minItems, usual, contains ? prefixItems.length + minContains : 0),
  )
  // Items without their optional properties can be equal.
  const size = uniqueItems && length > 1 ? 'full' : context.size
  const values: unknown[] = []
  const known = new Set<string>()
  let { variant } = context
  for (const last = variant + length + maxDuplicates; values.length < length && variant <= last; ) {
    const isContained = contains && values.length < prefixItems.length + minContains
    const rest = isContained ? { allOf: [items, contains] } : items
    const item = prefixItems[values.length] ?? rest
    const { value, matches } = sample({ ...context, size, variant }, item)
    if (!matches && values.length >= minItems) break
    if (uniqueItems) variant++
    if (uniqueItems && known.has(JSON.stringify(value))) continue
    known.add(JSON.stringify(value))
    values.push(value)
  }
  return values
}

/** How many equal values are skipped in the search for different ones. */
const maxDuplicates = 20

function isRecursive({ document, ancestors }: Context, schema: Schema): boolean {
  return ancestors.includes(target(document, schema))
}
