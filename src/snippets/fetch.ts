import { errorClass, newApiError } from './api-error.ts'
import { type Body, bodyKind, fieldsOf } from './body.ts'
import type { Call } from './call.ts'
import {
  browserCertificate,
  certificateNote,
  declareConstants,
  errorComments,
  indent,
  paragraphs,
} from './text.ts'
import { encodedTarget, headersOf, isRedirect, withBase } from './url.ts'
import { toTypeScript, toUpperCase, type Value } from './values.ts'

/** Writes a call as TypeScript with `fetch`. */
export function fetchCode(call: Call, baseUrl: string): string {
  const url = writeValue(withBase(baseUrl, encodedTarget(call)))
  const request = `${multipartForm(call)}const response = ${fetchExpression(call, url)};`
  return paragraphs(
    declareConstants(call.constants),
    errorClass(call),
    [certificateNote(call, '//', browserCertificate), isRedirect(call) ? redirectNote : '', request]
      .filter((line) => line !== '')
      .join('\n'),
    fetchErrorCheck(call),
    fetchResult(call),
  )
}

const redirectNote = `// In a web app, the browser opens this URL: location.assign(url).`

/**
 * Writes the expression `await fetch(…)` in the layout of the seed's sample.
 * @param url the expression of the URL
 * @param write writes values
 */
export function fetchExpression(call: Call, url: string, write = writeValue): string {
  const { method, body } = call
  const headers = headersOf(call)
  const options = [
    ...(method === 'GET' ? [] : [`method: ${JSON.stringify(method)},`]),
    ...(isRedirect(call) ? ['redirect: "manual",'] : []),
    ...(Object.keys(headers).length > 0 ? [`headers: ${write(headers)},`] : []),
    ...(body ? [`body: ${bodyExpression(body, write)},`] : []),
  ].join('\n')
  return options === ''
    ? `await fetch(${url})`
    : `await fetch(\n  ${url},\n  {\n${indent(options, '    ')}\n  }\n)`
}

const writeValue = (value: Value) => toTypeScript(value, 0, toUpperCase)

function bodyExpression(body: Body, write: (value: Value) => string): string {
  switch (bodyKind(body)) {
    case 'json':
      return `JSON.stringify(${write(body.value)})`
    case 'raw':
      return write(body.value)
    case 'form':
      return `new URLSearchParams(${writeFields(fieldsOf(body), write)})`
    case 'multipart':
      return 'form'
  }
}

/** Writes an object, or a list of pairs if a name occurs several times. */
function writeFields(fields: [name: string, value: Value][], write: (value: Value) => string): string {
  const names = new Set(fields.map(([name]) => name))
  return write(names.size === fields.length ? Object.fromEntries(fields) : fields)
}

/** The lines that create the multipart body of a call. */
function multipartForm({ body }: Call): string {
  if (!body || bodyKind(body) !== 'multipart') return ''
  const fields = fieldsOf(body).map(
    ([name, value]) => `form.append(${JSON.stringify(name)}, ${writeValue(value)});\n`,
  )
  return `const form = new FormData();\n${fields.join('')}`
}

/** The line that reads the body of an error, which is not JSON if it comes from a proxy. */
export const readErrorBody = 'const body = await response.json().catch(() => null);'

function fetchErrorCheck(call: Call): string {
  const isFailed = isRedirect(call) ? 'response.status >= 400' : '!response.ok'
  const lines = [readErrorBody, `${errorComments(call)}throw ${newApiError(call, 'body', '?.')};`].join('\n')
  return `if (${isFailed}) {\n${indent(lines)}\n}`
}

function fetchResult({ result }: Call): string {
  switch (result.kind) {
    case 'properties':
      return `const { ${result.names.join(', ')} } = await response.json();`
    case 'value':
      return `const ${result.name} = await response.json();`
    case 'location':
      return 'const location = response.headers.get("Location");'
    case 'none':
      return ''
  }
}
