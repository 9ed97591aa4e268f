import { errorClass } from './api-error.ts'
import type { Call } from './call.ts'
import { declareConstants, errorComments, indent, paragraphs } from './text.ts'
import { encodedTarget, headersOf, isRedirect } from './url.ts'
import { toTypeScript, toUpperCase, type Value } from './values.ts'

/** Writes a call as TypeScript with `fetch`. */
export function fetchCode(call: Call, baseUrl: string): string {
  const request = `const response = ${fetchExpression(call, JSON.stringify(baseUrl + encodedTarget(call)))};`
  return paragraphs(
    declareConstants(call.constants),
    errorClass(call),
    isRedirect(call) ? `${redirectNote}\n${request}` : request,
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
export function fetchExpression(
  call: Call,
  url: string,
  write = (value: Value) => toTypeScript(value, 0, toUpperCase),
): string {
  const { method, body } = call
  const headers = headersOf(call)
  const options = [
    ...(method === 'GET' ? [] : [`method: ${JSON.stringify(method)},`]),
    ...(isRedirect(call) ? ['redirect: "manual",'] : []),
    ...(Object.keys(headers).length > 0 ? [`headers: ${write(headers)},`] : []),
    ...(body ? [`body: ${body.isRaw ? write(body.value) : `JSON.stringify(${write(body.value)})`},`] : []),
  ].join('\n')
  return options === ''
    ? `await fetch(${url})`
    : `await fetch(\n  ${url},\n  {\n${indent(options, '    ')}\n  }\n)`
}

/** The line that reads the body of an error, which is not JSON if it comes from a proxy. */
export const readErrorBody = 'const body = await response.json().catch(() => null);'

function fetchErrorCheck(call: Call): string {
  const isFailed = isRedirect(call) ? 'response.status >= 400' : '!response.ok'
  const lines = [readErrorBody, `${errorComments(call)}throw new ApiError(response, body?.error);`].join('\n')
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
