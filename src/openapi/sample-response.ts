import type { MediaType } from './document.ts'
import type { ExampleResponse } from './examples.ts'
import { isJson } from './media-type.ts'
import { sampleValue } from './sample.ts'

/** An example response, whose body may be made from its schema. */
export interface SampleResponse extends ExampleResponse {
  isSample: boolean
}

/**
 * Completes a response whose JSON body has no example.
 * @param content the declared bodies of the response by media type, of which the first one counts
 */
export function withSampleBody(
  document: object,
  content: Record<string, MediaType> | undefined,
  response: ExampleResponse,
): SampleResponse {
  const [[type = '', { schema } = {}] = []] = Object.entries(content ?? {}) as [string, MediaType][]
  if (response.body !== undefined || !schema || !isJson(type)) return { ...response, isSample: false }
  return { ...response, body: sampleValue(document, schema, { side: 'response' }), isSample: true }
}
