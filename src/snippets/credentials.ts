import { UserError } from '../common/user-error.ts'
import * as openapi from '../openapi/credentials.ts'
import type { Document, Operation } from '../openapi/document.ts'
import { type Text, textOf, toIdentifier } from './values.ts'

/** A constant at the top of generated code. */
export interface Constant {
  /** In camelCase. */
  name: string
  value: string
  /** Whether the value is a placeholder that the reader replaces. */
  isPlaceholder: boolean
  /** The constants of a user name and password, if the value is their Base64 (RFC 7617). */
  basic?: { username: Constant; password: Constant }
}

/** A credential of a call, in one place of the request. */
export interface CallCredential {
  constant: Constant
  /** The header and its value. */
  header?: [name: string, value: Text]
  /** The parameter of the query and its value. */
  query?: [name: string, value: Text]
  /** The cookie and its value. */
  cookie?: [name: string, value: Text]
  /** The token of a sign-in, an API key in its place, or the key of a project. */
  purpose: 'session' | 'apiKey' | 'project'
}

type Security = Pick<Document, 'components' | 'security'>

type SecuredOperation = Pick<Operation, 'operationId' | 'security'>

/**
 * Returns the credentials of a security requirement of an operation.
 * @param isSandbox whether the code calls a sandbox or mock, which contain the public keys of the examples
 * @param credential the name of the requirement, see {@link credentialNamesOf}; the first one by default
 * @throws {UserError} if the operation does not accept the credential
 */
export function callCredentials(
  document: Security,
  operation: SecuredOperation,
  isSandbox: boolean,
  credential?: string,
): CallCredential[] {
  const credentials = openapi
    .credentialsOf(document, requirementOf(document, operation, credential))
    .filter(({ kind }) => kind !== 'certificate')
    .map((each) => ({ key: each.scheme, credential: toCallCredential(each, isSandbox) }))
  const names = credentials.map(({ credential }) => credential.constant.name)
  // Two credentials of one kind get constants with the names of their schemes.
  return credentials.map(({ key, credential }) => {
    const { name } = credential.constant
    return names.filter((other) => other === name).length > 1
      ? rename(credential, toIdentifier(key))
      : credential
  })
}

/** Tells whether an operation demands a client certificate, which belongs to the connection. */
export const needsCertificate = (
  document: Security,
  operation: SecuredOperation,
  credential?: string,
): boolean =>
  openapi
    .credentialsOf(document, requirementOf(document, operation, credential))
    .some(({ kind }) => kind === 'certificate')

/**
 * Lists the credentials of which an operation demands one. A security scheme names each of them. If it
 * combines several schemes, it has the name of the one that sets it apart, such as `bearer` for an access
 * token that is sent with the key of the project.
 */
export function credentialNamesOf(document: Security, operation: SecuredOperation): string[] {
  const security = openapi.requirementsOf(document, operation)
  return security.flatMap((requirement) => {
    const others = security.filter((other) => other !== requirement).flatMap(Object.keys)
    const schemes = Object.keys(requirement)
    return schemes.findLast((scheme) => !others.includes(scheme)) ?? schemes.at(-1) ?? []
  })
}

function requirementOf(document: Security, operation: SecuredOperation, credential: string | undefined) {
  const { operationId } = operation
  const security = openapi.requirementsOf(document, operation)
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

/** Writes a credential with a constant, which has the name of its kind. */
export function toCallCredential(credential: openapi.Credential, isSandbox: boolean): CallCredential {
  const { in: location, name, prefix } = credential
  const constant = toConstant(credential, isSandbox)
  return {
    constant,
    [location]: [name, textOf([...(prefix ? [prefix] : []), { variable: constant.name }])],
    purpose: purposeOf(credential),
  }
}

function purposeOf(credential: openapi.Credential): CallCredential['purpose'] {
  const { kind, in: location } = credential
  if (location === 'cookie') return 'session'
  if (kind === 'key') return 'project'
  return kind === 'bearer' && !isKey(credential) ? 'session' : 'apiKey'
}

/** Changes the value of a credential, wherever it is sent. */
export function withText(credential: CallCredential, change: (text: Text) => Text): CallCredential {
  const { header, query, cookie } = credential
  return {
    ...credential,
    ...(header && { header: [header[0], change(header[1])] }),
    ...(query && { query: [query[0], change(query[1])] }),
    ...(cookie && { cookie: [cookie[0], change(cookie[1])] }),
  }
}

function rename(credential: CallCredential, name: string): CallCredential {
  const { constant } = credential
  const renamed = withText(credential, ({ $text }) =>
    textOf($text.map((part) => (typeof part === 'string' ? part : { variable: name }))),
  )
  return { ...renamed, constant: constant.isPlaceholder ? placeholder(name) : { ...constant, name } }
}

const isKey = ({ scheme }: openapi.Credential) => /key/i.test(scheme)

/** The prefixes of public and secret keys have become a convention. Only public keys appear in code. */
function toConstant(credential: openapi.Credential, isSandbox: boolean): Constant {
  const { scheme, kind, example = '' } = credential
  if (example.startsWith('pk_')) {
    const value = isSandbox ? example : 'YOUR_PUBLISHABLE_KEY'
    return { name: 'publishableKey', value, isPlaceholder: !isSandbox }
  }
  if (example.startsWith('sk_')) return placeholder('secretKey')
  if (kind === 'basic')
    return {
      ...placeholder('basicCredentials'),
      basic: { username: placeholder('basicUsername'), password: placeholder('basicPassword') },
    }
  if (kind === 'other') return placeholder(toIdentifier(`${credential.prefix}credentials`))
  if (isKey(credential)) return placeholder('apiKey')
  const isSession = scheme === 'session' || credential.in === 'cookie'
  return placeholder(isSession ? 'sessionToken' : 'accessToken')
}

/** Lists the constants that the reader sets: a user name and password instead of their Base64. */
export const settableConstants = (constants: Constant[]): Constant[] =>
  constants.flatMap((constant) =>
    constant.basic ? [constant.basic.username, constant.basic.password] : [constant],
  )

/** Creates a constant for a secret that the reader has to insert. */
export function placeholder(name: string): Constant {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()
  return { name, value: `YOUR_${words}`, isPlaceholder: true }
}
