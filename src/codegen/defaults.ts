import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Document, Ref } from '../openapi/document.ts'
import type { Names } from './names.ts'
import type { AnySchema } from './zod/json-schema.ts'

export type DefaultOf = (schema: AnySchema) => { value: unknown } | undefined

/** Creates a function that returns the default of a schema or of its target, unless the value is invalid. */
export function createDefaults({ components }: Document, { schemas, nameOf }: Names): DefaultOf {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false })
  const find = (schema: AnySchema, seen: AnySchema[] = []): { value: unknown } | undefined => {
    if (typeof schema === 'boolean' || seen.includes(schema)) return undefined
    if ('default' in schema) return { value: schema.default }
    return schema.$ref === undefined
      ? undefined
      : find(schemas[nameOf(schema as Ref)] ?? true, [...seen, schema])
  }
  return (schema) => {
    const found = find(schema)
    return found && ajv.compile({ ...Object(schema), components })(found.value) ? found : undefined
  }
}
