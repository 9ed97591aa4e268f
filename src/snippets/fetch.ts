import { errorClass, newApiError } from './api-error.ts'
import { type Body, bodyKind, fieldsOf, partsOf, withFileConstants } from './body.ts'
import type { Call } from './call.ts'
import {
  browserCertificate,
  certificateNote,
  declareConstants,
  declareFiles,
  errorComments,
  indent,
  paragraphs,
} from './text.ts'
import { encodedTarget, headersOf, isRedirect, withBase } from './url.ts'
import { toTypeScript, toUpperCase, type Value, variableText } from './values.ts'

/** Writes a call as TypeScript with `fetch`. */
export function fetchCode(call: Call, baseUrl: string): string {
  const url = writeValue(withBase(baseUrl, encodedTarget(call)))
  const form = call.body && bodyKind(call.body) === 'multipart' ? formLines(call.body) : ''
  const request = `${form}const response = ${fetchExpression(call, url)};`
  return paragraphs(
    declareConstants(call.constants),
    declareFiles(call),
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
    case 'file':
      return write(withFileConstants(body))
    case 'form':
      return `new URLSearchParams(${writeFields(fieldsOf(body), write)})`
    case 'multipart':
      return 'form'
  }
}

/** Writes an object, or a list of pairs if a name occurs several times. */
export function writeFields(fields: [name: string, value: Value][], write: (value: Value) => string): string {
  const names = new Set(fields.map(([name]) => name))
  return write(names.size === fields.length ? Object.fromEntries(fields) : fields)
}

/** Writes the lines that create a multipart body. */
export function formLines(body: Body): string {
  const parts = partsOf(body).map(({ name, value, type, constant }) => {
    if (constant) return [name, writeValue(variableText(constant))]
    // A blob is the only part whose media type a browser lets code choose.
    return [
      name,
      type ? `new Blob([${writeValue(value)}], { type: ${JSON.stringify(type)} })` : writeValue(value),
    ]
  })
  const lines = parts.map(([name, value]) => `form.append(${JSON.stringify(name)}, ${value});\n`)
  return `const form = new FormData();\n${lines.join('')}`
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
