import type { Document, Operation } from '../openapi/document.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'

/** The declared errors of an operation. */
export interface Errors {
  /** Whether the property `error` of a body is an object with a `code`, or a text. */
  shape: 'code' | 'text'
  /** One line for each status that a user interface distinguishes, such as `409: EMAIL_EXISTS`. */
  lines: string[]
}

/** Describes the errors that an operation declares for its callers. */
export function errorsOf(document: Pick<Document, 'components'>, { responses = {} }: Operation): Errors {
  const codes = new Map<string, Set<string>>()
  let shape: Errors['shape'] = 'code'
  for (const [status, node] of Object.entries(responses)) {
    if (Number(status) < 400) continue
    const [media] = Object.values(resolveRef(document, node).content ?? {})
    for (const [name, example] of Object.entries(media?.examples ?? {})) {
      const { error } = resolveRef(document, example).value as { error?: { code?: string } | string }
      if (typeof error === 'string') shape = 'text'
      if (!isShown(name, status)) continue
      const code = typeof error === 'string' ? JSON.stringify(error) : (error?.code ?? '')
      codes.set(status, (codes.get(status) ?? new Set()).add(code))
    }
  }
  return { shape, lines: [...codes].map(([status, found]) => describe(status, [...found])) }
}

/** Tells whether users can cause the error, unlike an error of the server or a mistake in the code. */
function isShown(name: string, status: string): boolean {
  if (!status.startsWith('4') || status === '413' || status === '415') return false
  if (status === '401' && name.endsWith('Key')) return false
  return !/^(?:missing|malformed|unsupported|notAnObject|wrong(?:Type|MediaType)$|invalid\w+Id$)/.test(name)
}

function describe(status: string, codes: string[]): string {
  const line = `${status}: ${codes.join(', ')}`
  return status === '429' ? `${line}; wait for the seconds in Retry-After` : line
}
