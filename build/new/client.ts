import { type Credential, credentialsByScheme } from '../../src/openapi/credentials.ts'
import type { Document, Schema } from '../../src/openapi/document.ts'
import { isJson } from '../../src/openapi/media-type.ts'
import { type Endpoint, endpointsOf } from '../../src/openapi/operations.ts'
import { resolveRef } from '../../src/openapi/resolve-ref.ts'

/** A module with the typed client of an API, and what its contract does not tell. */
export interface ClientModule {
  code: string
  notes: string[]
}

/** Writes the typed client of an API with what its contract tells about keys, sessions and redirects. */
export function renderClient(name: string, document: Document): ClientModule {
  const { key, session, redirects, notes } = factsOf(document)
  const type = `${titleOf(name)}Options`
  const passed = [
    '...options',
    session && 'session',
    redirects.length > 0 ? 'redirects' : undefined,
    key && `...(apiKey && { apiKey: { ${key.in}: '${key.name}', value: apiKey } })`,
  ].filter((part) => part !== undefined)
  const parameters = key ? `{ apiKey, ...options }: ${type}` : `options: ${type}`
  const argument = passed.length === 1 ? 'options' : `{ ${passed.join(', ')} }`
  const code = [
    `import type { paths } from '../../generated/${name}/types.ts'`,
    "import { createAuthClient } from './auth-client.ts'",
    `import type { AuthClient, ConnectionOptions${session ? ', SessionOptions' : ''} } from './client.ts'`,
    ...(session ? ["import type { SessionRules } from './session-rules.ts'"] : []),
    ...(session && !session.refresh ? ["import type { Tokens } from './tokens.ts'"] : []),
    '',
    ...optionsType(type, key, session),
    '',
    ...(session ? [...sessionRules(session), ''] : []),
    ...(redirects.length > 0
      ? [`const redirects = ${list(redirects, 0)} satisfies (keyof paths)[]`, '']
      : []),
    session
      ? '/** Creates a client that stores and sends the tokens of a session. */'
      : '/** Creates a client of the API. */',
    `export function ${factoryOf(name)}(${parameters}): AuthClient<paths> {`,
    `  return createAuthClient<paths>(${argument})`,
    '}',
    '',
  ]
  return {
    code: code.join('\n'),
    notes: notes.map((note) => note.replaceAll('FILE', `src/client/${name}.ts`)),
  }
}

/** Returns the lines of `src/client/index.ts` that export the client and its types. */
export function clientExports(name: string): string[] {
  const options = `${titleOf(name)}Options`
  const names = [factoryOf(name), options].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))
  const list = names.map((exported) => (exported === options ? `type ${exported}` : exported)).join(', ')
  return [
    `export type * as ${name} from '../../generated/${name}/types.ts'`,
    `export { ${list} } from './${name}.ts'`,
  ]
}

interface Session {
  signIn: string[]
  signOut: string[]
  bearer: string[]
  accessToken: string
  refreshToken?: string
  refresh?: { path: string; field: string }
}

interface Facts {
  key: Credential | undefined
  session: Session | undefined
  redirects: string[]
  notes: string[]
}

function factsOf(document: Document): Facts {
  const endpoints = endpointsOf(document)
  const credentials = [...credentialsByScheme(document).values()]
  const key = credentials.find(({ kind, in: place }) => kind === 'key' && place !== 'cookie')
  const bearer = credentials.find(({ kind }) => kind === 'bearer')?.scheme
  const redirects = pathsOf(
    endpoints.filter(({ operation }) => Object.keys(operation.responses ?? {}).some(isRedirect)),
  )
  if (bearer === undefined) return { key, session: undefined, redirects, notes: [] }

  const refresh = refreshOf(document, endpoints)
  const sources = endpoints.filter(({ path }) => path !== refresh?.path)
  const found = sources.flatMap((endpoint) => {
    const field = fieldIn(document, endpoint, accessFields)
    return field === undefined ? [] : [{ endpoint, field }]
  })
  const signOut = pathsOf(endpoints.filter(({ operation }) => operation.operationId === 'signOut'))
  const secured = endpoints.filter(({ operation }) =>
    (operation.security ?? document.security ?? []).some((requirement) => bearer in requirement),
  )
  const [first] = found
  const refreshToken = first && fieldIn(document, first.endpoint, refreshFields)
  return {
    ...{ key, redirects },
    session: {
      signIn: pathsOf(found.map(({ endpoint }) => endpoint)),
      signOut,
      bearer: pathsOf(secured).filter((path) => !signOut.includes(path)),
      accessToken: first?.field ?? 'accessToken',
      ...(refreshToken !== undefined && { refreshToken }),
      ...(refresh && { refresh }),
    },
    notes: first
      ? []
      : ['Name in FILE the paths that sign in, and the fields of the tokens in their responses.'],
  }
}

const accessFields = /^(access_?token|session_?token|token)$/i
const refreshFields = /^refresh_?token$/i
const isRedirect = (status: string) => status.startsWith('3')
const pathsOf = (endpoints: Endpoint[]) => [...new Set(endpoints.map(({ path }) => path))]

/** Finds a property of the JSON that an operation returns, also in an object inside it. */
function fieldIn(document: Document, { operation }: Endpoint, wanted: RegExp): string | undefined {
  const success = Object.entries(operation.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1]
  const content = Object.entries((success && resolveRef(document, success).content) ?? {})
  const schema = content.find(([type]) => isJson(type))?.[1].schema
  const properties = propertiesOf(document, schema)
  const own = Object.keys(properties).find((property) => wanted.test(property))
  if (own !== undefined) return own
  for (const [outer, node] of Object.entries(properties)) {
    const inner = Object.keys(propertiesOf(document, node)).find((property) => wanted.test(property))
    if (inner !== undefined) return `${outer}.${inner}`
  }
  return undefined
}

const propertiesOf = (document: Document, schema: Schema | undefined): Record<string, Schema> =>
  (schema && resolveRef(document, schema).properties) ?? {}

/** Finds the operation that refreshes tokens, and the field of its body for the refresh token. */
function refreshOf(document: Document, endpoints: Endpoint[]): Session['refresh'] {
  const endpoint = endpoints.find(({ operation }) => operation.operationId === 'refreshTokens')
  const { content = {} } = endpoint?.operation.requestBody
    ? resolveRef(document, endpoint.operation.requestBody)
    : {}
  const schema = Object.entries(content).find(([type]) => isJson(type))?.[1].schema
  const field = Object.keys(propertiesOf(document, schema)).find((property) => refreshFields.test(property))
  return endpoint && field !== undefined ? { path: endpoint.path, field } : undefined
}

function optionsType(type: string, key: Credential | undefined, session: Session | undefined): string[] {
  const members = [
    ...(key ? [`  /** The key that every call sends as \`${key.name}\`. */`, '  apiKey?: string'] : []),
    ...(session && !session.refresh
      ? [
          '  /** Called when the session has expired. Returns new tokens, or undefined to end the session. */',
          '  onExpired?: () => Tokens | undefined | Promise<Tokens | undefined>',
        ]
      : []),
  ]
  const start = `export interface ${type} extends ConnectionOptions${session ? ', SessionOptions' : ''} {`
  return members.length === 0 ? [`${start}}`] : [start, ...members, '}']
}

function sessionRules({ signIn, signOut, bearer, accessToken, refreshToken, refresh }: Session): string[] {
  const tokens = [
    `accessToken: '${accessToken}'`,
    ...(refreshToken ? [`refreshToken: '${refreshToken}'`] : []),
  ]
  const field = refresh?.field === 'refreshToken' ? 'refreshToken' : `${refresh?.field}: refreshToken`
  return [
    '/** How the API uses tokens. */',
    'export const session = {',
    `  signIn: ${list(signIn, 2)},`,
    `  signOut: ${list(signOut, 2)},`,
    `  bearer: ${list(bearer, 2)},`,
    `  readTokens: { ${tokens.join(', ')} },`,
    ...(refresh
      ? [`  refresh: { path: '${refresh.path}', json: ({ refreshToken }) => ({ ${field} }) },`]
      : []),
    '} satisfies SessionRules<keyof paths>',
  ]
}

/** Writes an array in one line if it fits. */
function list(values: string[], indent: number): string {
  const quoted = values.map((value) => `'${value}'`)
  const line = `[${quoted.join(', ')}]`
  if (line.length + indent < 95) return line
  const space = ' '.repeat(indent)
  return `[\n${quoted.map((value) => `${space}  ${value},\n`).join('')}${space}]`
}

const titleOf = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
const factoryOf = (name: string) => `create${titleOf(name)}Client`
