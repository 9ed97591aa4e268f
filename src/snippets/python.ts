import { pythonErrorClass } from './api-error.ts'
import { type Body, bodyKind, fieldsOf, type Part, partsOf } from './body.ts'
import type { Call } from './call.ts'
import { type Constant, settableConstants } from './credentials.ts'
import { certificateNote, errorComments, indent, paragraphs } from './text.ts'
import { encodedPath, headersOf, isRedirect, queryOf } from './url.ts'
import { type Text, textOf, toPython, toSnakeCase, toUpperCase, type Value } from './values.ts'

/** Writes a call as Python with `requests`. Secrets come from environment variables. */
export function pythonCode(call: Call, baseUrl: string): string {
  const { method, body } = call
  const constants = settableConstants(call.constants)
  const basic = call.credentials.find(({ constant }) => constant.basic)
  const credentials = call.credentials.filter((credential) => credential !== basic)
  const { 'Content-Type': type, ...others } = headersOf({ ...call, credentials })
  // The library sets the media type of JSON itself.
  const isPlainJson = body?.mediaType === 'application/json' && bodyKind(body) === 'json'
  const headers = { ...(type !== undefined && !isPlainJson && { 'Content-Type': type }), ...others }
  const query = groupFields(queryOf(call))
  const options = [
    `${write(withVariable('baseUrl', encodedPath(call)))},`,
    ...(Object.keys(query).length > 0 ? [`params=${write(query)},`] : []),
    ...(Object.keys(headers).length > 0 ? [`headers=${write(headers)},`] : []),
    ...(basic?.constant.basic ? [authArgument(basic.constant.basic)] : []),
    ...(body ? [bodyArgument(body)] : []),
    ...(isRedirect(call) ? ['allow_redirects=False,'] : []),
    'timeout=10,',
  ]
  const request = `response = requests.${method.toLowerCase()}(\n${indent(options.join('\n'), '    ')}\n)`
  const needsEnvironment = constants.some(({ isPlaceholder }) => isPlaceholder)
  return paragraphs(
    `${needsEnvironment ? 'import os\n\n' : ''}import requests`,
    [`BASE_URL = ${JSON.stringify(baseUrl)}`, ...constants.map(declareConstant)].join('\n'),
    `\n${pythonErrorClass(call)}\n`,
    [
      certificateNote(call, '#', 'add cert=("client.pem", "client.key").'),
      isRedirect(call) ? redirectNote : '',
      request,
      errorCheck(call),
    ]
      .filter((line) => line !== '')
      .join('\n'),
    resultLines(call),
  )
}

const withVariable = (variable: string, { $text }: Text): Text => textOf([{ variable }, ...$text])

/** The user name and password, which the library encodes itself. */
const authArgument = ({ username, password }: NonNullable<Constant['basic']>) =>
  `auth=(${toUpperCase(username.name)}, ${toUpperCase(password.name)}),`

function bodyArgument(body: Body): string {
  const { value } = body
  switch (bodyKind(body)) {
    case 'json':
      return `json=${write(value)},`
    case 'raw':
      return `data=${write(String(value))}.encode(),`
    case 'form':
      return `data=${write(groupFields(fieldsOf(body)))},`
    case 'file':
      return `data=${openFile(body.file?.name)},`
    case 'multipart': {
      const parts = partsOf(body).map((part) => `(${write(part.name)}, (${partItems(part).join(', ')})),`)
      return `files=[\n${indent(parts.join('\n'), '    ')}\n],`
    }
  }
}

/** Returns the file name, content and media type of a part. Texts have no file name. */
const partItems = ({ value, file, type = file?.type }: Part): string[] => [
  ...(file ? [write(file.name), openFile(file.name)] : ['None', write(value)]),
  ...(type ? [write(type)] : []),
]

const openFile = (name = '') => `open(${write(name)}, "rb")`

/** Collects fields of the same name in a list, which the library sends as several fields. */
function groupFields(fields: [name: string, value: Value][]): Record<string, Value> {
  const groups = new Map<string, Value[]>()
  for (const [name, value] of fields) groups.set(name, [...(groups.get(name) ?? []), value])
  return Object.fromEntries(
    [...groups].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? null) : values]),
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
