import type { Schema } from './document.ts'
import { toPointer } from './pointer.ts'
import { propertiesOf, typesOf } from './schema-shape.ts'

/** A value that was read from a query or form. */
interface ReadValue {
  document: object
  schema: Schema
  value: unknown
}

/**
 * Explains the problems of fields that occur several times in a query or form, but take one value. They are
 * read as lists, so that the problems would be about types.
 * @param pathOf returns the JSON Pointer of a problem in the value
 * @param explain changes the first problem of a field, whose other problems are left out
 */
export function explainRepeatedFields<Problem>(
  problems: Problem[],
  read: ReadValue,
  pathOf: (problem: Problem) => string,
  explain: (problem: Problem, path: string, message: string) => Problem,
): Problem[] {
  if (problems.length === 0) return problems
  const fields = repeatedFields(read)
  const explained = new Set<string>()
  return problems.flatMap((problem) => {
    const path = pathOf(problem)
    const field = fields.find((each) => path === each.path || path.startsWith(`${each.path}/`))
    if (!field) return [problem]
    if (explained.has(field.path)) return []
    explained.add(field.path)
    return [explain(problem, field.path, `occurs ${field.times} times, but takes one value`)]
  })
}

function repeatedFields({ document, schema, value }: ReadValue): { path: string; times: number }[] {
  const timesOf = (part: Schema, read: unknown) =>
    Array.isArray(read) && takesOneText(document, part) ? read.length : 1
  const times = timesOf(schema, value)
  if (times > 1) return [{ path: '', times }]
  const properties = propertiesOf(document, schema)
  return Object.entries(Object(value))
    .map(([name, read]) => ({ path: toPointer(name), times: timesOf(properties[name] ?? {}, read) }))
    .filter((field) => field.times > 1)
}

/** An object can be JSON in a form, and so a list by mistake. */
function takesOneText(document: object, schema: Schema): boolean {
  const types = typesOf(document, schema)
  return types.size > 0 && !types.has('array') && !types.has('object')
}
