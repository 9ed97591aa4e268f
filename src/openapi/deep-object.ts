import { maxNesting } from './bounded-json.ts'
import type { Schema } from './document.ts'
import { itemsOf, propertiesOf, typesOf } from './schema-shape.ts'

/** The fields of a query or form. Only a form has files. */
export type FieldSource = URLSearchParams | FormData

/** The values of a name, and of the names that continue it in brackets. */
interface FieldTree {
  values: FormDataEntryValue[]
  children: Map<string, FieldTree>
}

/**
 * Reads `name[property]=value`, and lists such as `name[]=value` and `name[0]=value`. Nested too deep, an
 * object is left to the validation as text.
 * @returns undefined if no field has the name
 */
export function readDeepObject(document: object, schema: Schema, name: string, fields: FieldSource): unknown {
  return createTreeReader(document)(schema, toTree(name, fields))
}

function toTree(name: string, fields: FieldSource): FieldTree {
  const root: FieldTree = { values: [], children: new Map() }
  for (const [key, value] of fields) {
    if (key !== name && !key.startsWith(`${name}[`)) continue
    const path = keysOf(key.slice(name.length))
    const isTooDeep = path.length > maxNesting
    let node = root
    for (const child of path.slice(0, maxNesting)) node = childOf(node, child)
    node.values.push(isTooDeep ? key : value)
  }
  return root
}

/** Splits `[a][0]`. A malformed rest is one name, so that a schema without further properties rejects it. */
function keysOf(path: string): string[] {
  const keys = Array.from(path.matchAll(/\[([^\]]*)\]/gy), ([, key = '']) => key)
  const end = keys.reduce((length, key) => length + key.length + 2, 0)
  return end < path.length ? [...keys, path.slice(end)] : keys
}

function childOf({ children }: FieldTree, key: string): FieldTree {
  const child = children.get(key) ?? { values: [], children: new Map() }
  children.set(key, child)
  return child
}

/** Creates the function that reads a tree. It keeps what it finds out about a schema, for long lists. */
function createTreeReader(document: object) {
  const shapes = new Map<Schema, Shape>()
  const shapeOf = (schema: Schema): Shape => {
    const known = shapes.get(schema) ?? createShape(document, schema)
    shapes.set(schema, known)
    return known
  }
  return function readTree(schema: Schema, { values, children }: FieldTree): unknown {
    const { items, properties } = shapeOf(schema)
    // Some clients repeat the name of a list instead of adding brackets.
    if (children.size === 0) return items && values.length > 0 ? values : values[0]
    if (items)
      return [...children].flatMap(([key, child]) =>
        key === '' && child.children.size === 0 ? child.values : [readTree(items, child)],
      )
    return Object.fromEntries(
      [...children].map(([key, child]) => [key, readTree(properties.get(key) ?? anything, child)]),
    )
  }
}

interface Shape {
  /** The schema of the items, if the value may be a list. */
  items: Schema | undefined
  properties: ReadonlyMap<string, Schema>
}

const createShape = (document: object, schema: Schema): Shape => ({
  items: typesOf(document, schema).has('array') ? itemsOf(document, schema) : undefined,
  properties: new Map(Object.entries(propertiesOf(document, schema))),
})

const anything: Schema = {}
