import type { Document, Schema } from '../openapi/document.ts'
import { isForm, isJson, isMultipart } from '../openapi/media-type.ts'
import { sampleValue } from '../openapi/sample.ts'
import type { Side } from '../openapi/side.ts'
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

/** Longer samples lose the properties that are not required. */
const maxLines = 12

/** Returns a value for a schema, as short as its required properties permit. */
export function sampleOf(document: Pick<Document, 'components'>, schema: Schema, side: Side): unknown {
  const sample = sampleValue(document, schema, { side })
  const lines = JSON.stringify(sample, null, 2)?.split('\n').length ?? 0
  return lines > maxLines ? sampleValue(document, schema, { side, size: 'short' }) : sample
}
