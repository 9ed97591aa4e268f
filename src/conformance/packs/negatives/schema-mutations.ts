import type { Schema } from '../../../openapi/document.ts'
import { escapePointer } from '../../../openapi/pointer.ts'
import { followRef, resolveRef } from '../../../openapi/resolve-ref.ts'
import { isForOtherSide } from '../../../openapi/side.ts'
import type { Contract, Located } from '../../contract/contract.ts'
import type { SchemaViolation } from '../../contract/schema-check.ts'
import { sampleOf } from '../sample.ts'
import { violationsOfKeywords } from './keyword-violations.ts'

/** The keys and indexes that lead to a value. */
export type ValuePath = (string | number)[]

/** One change that makes a valid value invalid. */
export interface SchemaMutation {
  /** Such as `email: missing`. */
  title: string
  /** The value to replace. */
  path: ValuePath
  /** Undefined removes the value. */
  value: unknown
  /** The error of the validator for the changed value. */
  violation: SchemaViolation
}

/** Nested deeper, schemas only repeat themselves. */
const maxDepth = 6

/**
 * Returns one change for each constraint of a schema. The validator confirms each change, so that values are
 * left out which another keyword or branch allows.
 * @param schema the schema and its pointer
 * @param value a valid value
 */
export function schemaMutations(
  contract: Contract,
  schema: Located<Schema>,
  value: unknown,
): SchemaMutation[] {
  const mutations = new Map<string, SchemaMutation>()

  function add({ path, absent }: Place, what: string, keyword: string, changed: unknown): void {
    const title = `${path.join('.') || 'body'}: ${what}`
    const change = absent
      ? { path: absent.path, value: replaceAt(absent.value, path.slice(absent.path.length), changed) }
      : { path, value: changed }
    const violation = contract
      .checkSchema(schema.pointer, replaceAt(value, change.path, change.value))
      .find(({ pointer }) => violates(pointer, keyword))
    if (violation && !mutations.has(title)) mutations.set(title, { ...change, title, violation })
  }

  function visit(node: Located<Schema>, part: unknown, place: Place): void {
    if (place.path.length > maxDepth) return
    for (const { node: each, pointer } of partsOf(contract, node, part)) {
      for (const { keyword, title, value: changed } of violationsOfKeywords(each, part))
        add(place, title, keyword, changed)
      visitProperties({ node: each, pointer }, part, place)
      if (each.items && Array.isArray(part) && part.length > 0)
        visit({ node: each.items, pointer: `${pointer}/items` }, part[0], {
          ...place,
          path: [...place.path, 0],
        })
    }
  }

  function visitProperties({ node, pointer }: Located<Schema>, part: unknown, place: Place): void {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return
    const fields = part as Record<string, unknown>
    const at = (name: string): Place => ({ ...place, path: [...place.path, name] })
    for (const name of node.required ?? []) add(at(name), 'missing', 'required', undefined)
    for (const [name, property] of Object.entries(node.properties ?? {})) {
      // A server ignores what only it may set.
      if (isForOtherSide(contract.document, property, 'request')) continue
      const child = { node: property, pointer: `${pointer}/properties/${escapePointer(name)}` }
      if (name in fields) visit(child, fields[name], at(name))
      else {
        const sample = sampleOf(contract, child)
        const { path } = at(name)
        visit(child, sample, { path, absent: place.absent ?? { path, value: sample } })
      }
    }
  }

  visit(schema, value, { path: [] })
  return [...mutations.values()]
}

/** A discriminator has the constants of all branches as an enum. */
const violates = (pointer: string, keyword: string): boolean =>
  pointer.endsWith(`/${keyword}`) || (keyword === 'const' && pointer.endsWith('/discriminator/enum'))

/** Where a value stands. */
interface Place {
  path: ValuePath
  /** The outermost container that the valid value lacks, and a sample of it. */
  absent?: { path: ValuePath; value: unknown }
}

/** Splits a schema into the parts that apply to a value: references, `allOf`, and the branch that fits. */
export function partsOf(
  contract: Contract,
  { node, pointer }: Located<Schema>,
  value: unknown,
  depth = 0,
): Located<Schema>[] {
  if (depth > maxDepth) return []
  const nested = (children: Located<Schema>[]) =>
    children.flatMap((child) => partsOf(contract, child, value, depth + 1))
  const at = (keyword: 'allOf' | 'anyOf' | 'oneOf') =>
    (node[keyword] ?? []).map((child, index) => ({ node: child, pointer: `${pointer}/${keyword}/${index}` }))
  const branches = [...at('anyOf'), ...at('oneOf')]
  const fitting = branches.find((branch) => contract.checkSchema(branch.pointer, value).length === 0)
  const branch = fitting ?? branches[0]
  const { $ref, ...own } = node
  return [
    { node: own, pointer },
    ...($ref === undefined ? [] : nested([followRef<Schema>(contract.document, { $ref }, pointer)])),
    ...nested(at('allOf')),
    ...(branch ? nested([branch]) : []),
  ]
}

/** Replaces the value at a path; undefined removes it. */
export function replaceAt(value: unknown, path: ValuePath, replacement: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return replacement
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? replaceAt(item, rest, replacement) : item))
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const { [key]: old, ...others } = fields
  const next = replaceAt(old, rest, replacement)
  return next === undefined ? others : { ...fields, [key]: next }
}

/** Reads a parameter as the type that its schema demands, because all parameters are text on the wire. */
export function typedParameter(contract: Contract, schema: Schema, text: string): unknown {
  const { type } = resolveRef<Schema>(contract.document, schema)
  const types = [type ?? []].flat()
  if ((types.includes('integer') || types.includes('number')) && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text))
    return Number(text)
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
