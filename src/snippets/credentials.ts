import { UserError } from '../common/user-error.ts'
import type { Document, Operation, SecurityScheme } from '../openapi/document.ts'
import { type Text, toIdentifier, variableText } from './values.ts'

/** A constant at the top of generated code. */
export interface Constant {
  /** In camelCase. */
  name: string
  value: string
  /** Whether the value is a placeholder that the reader replaces. */
  isPlaceholder: boolean
}

/** A credential of an operation. */
export interface Credential {
  constant: Constant
  /** The header and its value. Missing for a key in the query. */
  header?: [name: string, value: Text]
  /** The parameter of the query and its value. */
  query?: [name: string, value: Text]
  /** The token of a sign-in, an API key in its place, or the key of a project. */
  kind: 'session' | 'apiKey' | 'project'
}

type Security = Pick<Document, 'components' | 'security'>

type SecuredOperation = Pick<Operation, 'operationId' | 'security'>

/**
 * Returns the credentials of a security requirement of an operation.
 * @param isSandbox whether the code calls a sandbox or mock, which contain the public keys of the examples
 * @param credential the name of the requirement, see {@link credentialNamesOf}; the first one by default
 * @throws {UserError} if the operation does not accept the credential
 */
export function credentialsOf(
  document: Security,
  operation: SecuredOperation,
  isSandbox: boolean,
  credential?: string,
): Credential[] {
  const { components } = document
  const requirement = requirementOf(document, operation, credential)
  const credentials = Object.keys(requirement).flatMap((key) => {
    const scheme = components?.securitySchemes?.[key]
    return scheme ? [{ key, credential: credentialOf(key, scheme, isSandbox) }] : []
  })
  const names = credentials.map(({ credential }) => credential.constant.name)
  // Two credentials of one kind get constants with the names of their schemes.
  return credentials.map(({ key, credential }) => {
    const { name } = credential.constant
    return names.filter((other) => other === name).length > 1
      ? rename(credential, toIdentifier(key))
      : credential
  })
}

/**
 * Lists the credentials of which an operation demands one. A security scheme names each of them. If it
 * combines several schemes, it has the name of the one that sets it apart, such as `bearer` for an access
 * token that is sent with the key of the project.
 */
export function credentialNamesOf({ security: global }: Security, operation: SecuredOperation): string[] {
  const { security = global ?? [] } = operation
  return security.flatMap((requirement) => {
    const others = security.filter((other) => other !== requirement).flatMap(Object.keys)
    const schemes = Object.keys(requirement)
    return schemes.findLast((scheme) => !others.includes(scheme)) ?? schemes.at(-1) ?? []
  })
}

function requirementOf(document: Security, operation: SecuredOperation, credential: string | undefined) {
  const { operationId, security = document.security ?? [] } = operation
  if (credential === undefined) return security[0] ?? {}
  const names = credentialNamesOf(document, operation)
  if (names.length === 0) throw new UserError(`${operationId} needs no credential. Leave out the credential.`)
  const index = names.indexOf(credential)
  if (index < 0)
    throw new UserError(
      `${operationId} does not accept the credential "${credential}". Accepted: ${names.join(', ')}.`,
      { code: 'notFound' },
    )
  return security.filter((requirement) => Object.keys(requirement).length > 0)[index] ?? {}
}

/**
 * Describes the credential of a security scheme.
 * @param key the name of the scheme
 */
export function credentialOf(key: string, scheme: SecurityScheme, isSandbox: boolean): Credential {
  const { type, in: location, name = '' } = scheme
  const constant = toConstant(key, scheme, isSandbox)
  const text = variableText(constant.name)
  if (isBasic(scheme))
    return { constant, header: ['Authorization', { $text: ['Basic ', ...text.$text] }], kind: 'apiKey' }
  if (type !== 'apiKey') {
    return {
      constant,
      header: ['Authorization', { $text: ['Bearer ', ...text.$text] }],
      kind: isKey(key) ? 'apiKey' : 'session',
    }
  }
  if (location === 'cookie')
    return { constant, header: ['Cookie', { $text: [`${name}=`, ...text.$text] }], kind: 'session' }
  if (location === 'query') return { constant, query: [name, text], kind: 'project' }
  return { constant, header: [name, text], kind: 'project' }
}

const isBasic = ({ type, scheme = '' }: SecurityScheme) => type === 'http' && scheme.toLowerCase() === 'basic'

function rename({ constant, header, query, ...rest }: Credential, name: string): Credential {
  const withName = ([field, { $text }]: [string, Text]): [string, Text] => [
    field,
    { $text: $text.map((part) => (typeof part === 'string' ? part : { variable: name })) },
  ]
  return {
    ...rest,
    constant: constant.isPlaceholder ? placeholder(name) : { ...constant, name },
    ...(header && { header: withName(header) }),
    ...(query && { query: withName(query) }),
  }
}

const isKey = (key: string) => /key/i.test(key)

/** The prefixes of public and secret keys have become a convention. Only public keys appear in code. */
function toConstant(key: string, scheme: SecurityScheme, isSandbox: boolean): Constant {
  const { 'x-example': example = '' } = scheme
  if (example.startsWith('pk_')) {
    const value = isSandbox ? example : 'YOUR_PUBLISHABLE_KEY'
    return { name: 'publishableKey', value, isPlaceholder: !isSandbox }
  }
  if (example.startsWith('sk_')) return placeholder('secretKey')
  // The Base64 of name and password (RFC 7617).
  if (isBasic(scheme)) return placeholder('basicCredentials')
  if (isKey(key)) return placeholder('apiKey')
  const isSession = key === 'session' || scheme.in === 'cookie'
  return placeholder(isSession ? 'sessionToken' : 'accessToken')
}

/** Creates a constant for a secret that the reader has to insert. */
export function placeholder(name: string): Constant {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
  return { name, value: `YOUR_${words}`, isPlaceholder: true }
}
