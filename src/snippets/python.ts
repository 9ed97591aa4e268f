import { pythonErrorClass } from './api-error.ts'
import type { Call } from './call.ts'
import type { Constant } from './credentials.ts'
import { errorComments, indent, paragraphs } from './text.ts'
import { encodedPath, headersOf, isRedirect } from './url.ts'
import { toPython, toSnakeCase, toUpperCase, type Value } from './values.ts'

/** Writes a call as Python with `requests`. Secrets come from environment variables. */
export function pythonCode(call: Call, baseUrl: string): string {
  const { constants, method, query, body } = call
  const { 'Content-Type': type, ...others } = headersOf(call)
  // The library sets the media type of JSON itself.
  const headers = { ...(body?.isRaw && type !== undefined && { 'Content-Type': type }), ...others }
  const options = [
    `f"{BASE_URL}${encodedPath(call).replace(/[{}]/g, '$&$&')}",`,
    ...(Object.keys(query).length > 0 ? [`params=${write(query)},`] : []),
    ...(Object.keys(headers).length > 0 ? [`headers=${write(headers)},`] : []),
    ...(body ? [body.isRaw ? `data=${write(body.value)}.encode(),` : `json=${write(body.value)},`] : []),
    ...(isRedirect(call) ? ['allow_redirects=False,'] : []),
    'timeout=10,',
  ]
  const request = `response = requests.${method.toLowerCase()}(\n${indent(options.join('\n'), '    ')}\n)`
  const needsEnvironment = constants.some(({ isPlaceholder }) => isPlaceholder)
  return paragraphs(
    `${needsEnvironment ? 'import os\n\n' : ''}import requests`,
    [`BASE_URL = ${JSON.stringify(baseUrl)}`, ...constants.map(declareConstant)].join('\n'),
    `\n${pythonErrorClass(call)}\n`,
    `${isRedirect(call) ? `${redirectNote}\n` : ''}${request}\n${errorCheck(call)}`,
    resultLines(call),
  )
}

const redirectNote = '# In a web app, the browser opens this URL.'

const write = (value: Value) => toPython(value, 0, toUpperCase)

function declareConstant({ name, value, isPlaceholder }: Constant): string {
  const constant = toUpperCase(name)
  return `${constant} = ${isPlaceholder ? `os.environ["${constant}"]` : JSON.stringify(value)}`
}

function errorCheck(call: Call): string {
  return `if not response.ok:\n${indent(`${errorComments(call, '#')}raise ApiError(response)`, '    ')}`
}

function resultLines({ result }: Call): string {
  switch (result.kind) {
    case 'properties':
      return [
        'data = response.json()',
        ...result.names.map((name) => `${toSnakeCase(name)} = data[${JSON.stringify(name)}]`),
      ].join('\n')
    case 'value':
      return `${toSnakeCase(result.name)} = response.json()`
    case 'location':
      return 'location = response.headers["Location"]'
    case 'none':
      return ''
  }
}
