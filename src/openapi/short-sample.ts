import type { Schema } from './document.ts'
import { sampleValue } from './sample.ts'
import type { Side } from './side.ts'

/** In indented JSON. */
const maxLines = 12

/** Returns a value for a schema. A long one loses the properties that are not required. */
export function shortSample(document: object, schema: Schema, side: Side): unknown {
  const sample = sampleValue(document, schema, { side })
  const lines = JSON.stringify(sample, null, 2)?.split('\n').length ?? 0
  return lines > maxLines ? sampleValue(document, schema, { side, size: 'short' }) : sample
}
