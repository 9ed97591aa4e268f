import type { Content, Document, Schema } from '../openapi/document.ts'
import { isForm, isJson, isMultipart } from '../openapi/media-type.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { sampleValue } from '../openapi/sample.ts'
import type { Call } from './call.ts'
import { isText, type Value } from './values.ts'

export type Body = NonNullable<Call['body']>

/** How code writes a body: as JSON, as the fields of a form, or unchanged. */
export function bodyKind({ mediaType, isRaw, value }: Body): 'json' | 'form' | 'multipart' | 'raw' {
  if (isRaw) return 'raw'
  const hasFields = typeof value === 'object' && value !== null && !Array.isArray(value) && !isText(value)
  if (hasFields && isForm(mediaType)) return 'form'
  if (hasFields && isMultipart(mediaType)) return 'multipart'
  return isJson(mediaType) ? 'json' : 'raw'
}

/** Returns the fields of a form. A list becomes several fields of the same name, an object JSON. */
export function fieldsOf(value: Value): [name: string, value: Value][] {
  return Object.entries(value as Record<string, Value>).flatMap(([name, field]): [string, Value][] => {
    if (Array.isArray(field)) return field.map((item) => [name, toField(item)])
    return [[name, toField(field)]]
  })
}

function toField(value: Value): Value {
  if (isText(value) || typeof value === 'string') return value
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Chooses the media type of a body: JSON if the operation accepts it. */
export function chooseMedia(content: Content): [mediaType: string, media: Content[string]] | undefined {
  const all = Object.entries(content)
  const [mediaType, media] = all.find(([type]) => isJson(type)) ?? all[0] ?? []
  if (mediaType === undefined || media === undefined) return undefined
  return [mediaType.includes('*') ? 'application/json' : mediaType, media]
}

/** Longer samples lose the properties that are not required. */
const maxLines = 12

/** Returns a value for a schema, as short as its required properties permit. */
export function sampleOf(document: Pick<Document, 'components'>, schema: Schema): unknown {
  const sample = sampleValue(document, schema, 'readOnly')
  const lines = JSON.stringify(sample, null, 2)?.split('\n').length ?? 0
  return lines > maxLines ? shorten(document, schema, sample) : sample
}

/** Keeps the required properties of objects, or the first ones if none are required. */
function shorten(document: object, schema: Schema, sample: unknown): unknown {
  if (Array.isArray(sample)) {
    const items = partsOf(document, schema).find((part) => part.items)?.items
    return items ? sample.slice(0, 1).map((item) => shorten(document, items, item)) : sample
  }
  if (typeof sample !== 'object' || sample === null) return sample
  const parts = partsOf(document, schema)
  const required = parts.flatMap((part) => part.required ?? [])
  const entries = Object.entries(sample)
  const kept = required.length > 0 ? entries.filter(([name]) => required.includes(name)) : entries.slice(0, 2)
  return Object.fromEntries(
    kept.map(([name, value]) => {
      const property = parts.map(({ properties }) => properties?.[name]).find((each) => each !== undefined)
      return [name, property ? shorten(document, property, value) : value]
    }),
  )
}

/** Returns a schema and those that apply with it: `$ref`, `allOf`, and the first of `oneOf` and `anyOf`. */
function partsOf(document: object, schema: Schema, seen: Schema[] = []): Schema[] {
  const resolved = resolveRef<Schema>(document, schema as { $ref: string })
  if (seen.includes(resolved)) return []
  const { allOf = [], oneOf = [], anyOf = [] } = resolved
  const options = [oneOf, anyOf].flatMap((each) => each.find(({ type }) => type !== 'null') ?? [])
  return [resolved, ...[...allOf, ...options].flatMap((part) => partsOf(document, part, [...seen, resolved]))]
}
