import type { Document, MediaType, Operation } from '../openapi/document.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import { shortSample } from '../openapi/short-sample.ts'

/** The declared errors of an operation. */
export interface Errors {
  /**
   * Whether the property `error` of a body is an object with a `code`, or a text. Other bodies are kept
   * whole.
   */
  shape: 'code' | 'text' | 'other'
  /** One line for each status that a user interface distinguishes, such as `409: EMAIL_EXISTS`. */
  lines: string[]
}

/** Describes the errors that an operation declares for its callers. */
export function errorsOf(document: Pick<Document, 'components'>, { responses = {} }: Operation): Errors {
  const codes = new Map<string, Set<string>>()
  const shapes = new Set<Errors['shape']>()
  for (const [status, node] of Object.entries(responses)) {
    if (/^[123]/.test(status)) continue
    const [media] = Object.values(resolveRef(document, node).content ?? {})
    for (const { name, value } of bodiesOf(document, media)) {
      const error = errorIn(value)
      shapes.add(shapeOf(error))
      const code = typeof error === 'string' ? JSON.stringify(error) : error?.code
      if (typeof code !== 'string' || !isShown(name, status)) continue
      codes.set(status, (codes.get(status) ?? new Set()).add(code))
    }
  }
  const [shape = 'other', ...others] = shapes
  return {
    shape: others.length > 0 ? mixedShape(shapes) : shape,
    lines: [...codes].map(([status, found]) => describe(status, [...found])),
  }
}

/** Returns the examples of an error, or else a sample without a name. */
function bodiesOf(document: Pick<Document, 'components'>, media: MediaType | undefined) {
  const examples = Object.entries(media?.examples ?? {})
  if (examples.length > 0)
    return examples.map(([name, example]) => ({
      name,
      value: resolveRef<{ value?: unknown }>(document, example).value,
    }))
  const value = media?.example ?? (media?.schema && shortSample(document, media.schema, 'response'))
  return value === undefined ? [] : [{ name: '', value }]
}

interface CodedError {
  code?: unknown
}

const errorIn = (body: unknown) =>
  (body as { error?: CodedError | string | null } | null | undefined)?.error ?? undefined

function shapeOf(error: CodedError | string | undefined): Errors['shape'] {
  if (typeof error === 'string') return 'text'
  return typeof error?.code === 'string' ? 'code' : 'other'
}

/** A contract whose errors are texts can have others with codes. */
const mixedShape = (shapes: Set<Errors['shape']>): Errors['shape'] => (shapes.has('other') ? 'other' : 'text')

/** Tells whether users can cause the error, unlike an error of the server or a mistake in the code. */
function isShown(name: string, status: string): boolean {
  // A sample of a schema tells nothing about the errors that occur.
  if (name === '') return false
  if (!status.startsWith('4') || status === '413' || status === '415') return false
  if (status === '401' && name.endsWith('Key')) return false
  return !/^(?:missing|malformed|unsupported|notAnObject|wrong(?:Type|MediaType)$|invalid\w+Id$)/.test(name)
}

function describe(status: string, codes: string[]): string {
  const line = `${status}: ${codes.join(', ')}`
  return status === '429' ? `${line}; wait for the seconds in Retry-After` : line
}
