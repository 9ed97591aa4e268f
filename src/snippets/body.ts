import type { Document, Schema } from '../openapi/document.ts'
import { isForm, isJson, isMultipart } from '../openapi/media-type.ts'
import { sampleValue } from '../openapi/sample.ts'
import { formFields } from '../openapi/serialize.ts'
import type { Side } from '../openapi/side.ts'
import type { Call } from './call.ts'
import { isText, readMarks, type Value, withMarks } from './values.ts'

export type Body = NonNullable<Call['body']>

/** How code writes a body: as JSON, as the fields of a form, or unchanged. */
export function bodyKind({ mediaType, isRaw, value }: Body): 'json' | 'form' | 'multipart' | 'raw' {
  if (isRaw) return 'raw'
  const hasFields = typeof value === 'object' && value !== null && !Array.isArray(value) && !isText(value)
  if (hasFields && isForm(mediaType)) return 'form'
  if (hasFields && isMultipart(mediaType)) return 'multipart'
  return isJson(mediaType) ? 'json' : 'raw'
}

/** Returns the fields of a form. */
export function fieldsOf({ value, encoding }: Body): [name: string, value: Value][] {
  return formFields(Object(withMarks(value)), encoding).map(([name, text]) => [name, readMarks(text)])
}

/** Longer samples lose the properties that are not required. */
const maxLines = 12

/** Returns a value for a schema, as short as its required properties permit. */
export function sampleOf(document: Pick<Document, 'components'>, schema: Schema, side: Side): unknown {
  const sample = sampleValue(document, schema, { side })
  const lines = JSON.stringify(sample, null, 2)?.split('\n').length ?? 0
  return lines > maxLines ? sampleValue(document, schema, { side, size: 'short' }) : sample
}
