import type { Document, Operation, SecurityRequirement, SecurityScheme } from './document.ts'
import { resolveRef } from './resolve-ref.ts'

/** A credential that operations take, and where a request has it. */
export interface Credential {
  /** The name of its security scheme. */
  scheme: string
  /**
   * A user name and password, sent in Base64 (RFC 7617), a bearer token (RFC 6750), a key, the
   * parameters of another HTTP scheme, or a client certificate.
   */
  kind: 'basic' | 'bearer' | 'key' | 'other' | 'certificate'
  /** A certificate belongs to the connection. */
  in: 'header' | 'query' | 'cookie' | 'connection'
  /** The name of the header, query parameter or cookie. */
  name: string
  /** The text before the credential, such as `Bearer `. Empty for keys. */
  prefix: string
  description: string
  /** The example of the contract. */
  example: string | undefined
}

type Secured = Pick<Document, 'components' | 'security'>

/** Returns the credentials of all security schemes, by the names of the schemes. */
export function credentialsByScheme({ components }: Secured): Map<string, Credential> {
  const schemes = Object.entries(components?.securitySchemes ?? {})
  return new Map(
    schemes.flatMap(([name, node]) => {
      const scheme = resolveRef<SecurityScheme>({ components }, node)
      const place = placeOf(scheme)
      const { description = '', 'x-example': example } = scheme
      return place ? [[name, { scheme: name, ...place, description, example }] as const] : []
    }),
  )
}

/** Returns undefined for a type that OpenAPI does not know. */
function placeOf({
  type,
  scheme = '',
  in: location,
  name = '',
}: SecurityScheme): Pick<Credential, 'kind' | 'in' | 'name' | 'prefix'> | undefined {
  switch (type) {
    case 'apiKey':
      return {
        kind: 'key',
        in: location === 'query' || location === 'cookie' ? location : 'header',
        name,
        prefix: '',
      }
    case 'http':
      return { ...httpSchemeOf(scheme), in: 'header', name: 'Authorization' }
    case 'oauth2':
    case 'openIdConnect':
      return { ...httpSchemeOf('bearer'), in: 'header', name: 'Authorization' }
    case 'mutualTLS':
      return { kind: 'certificate', in: 'connection', name: '', prefix: '' }
    default:
      return undefined
  }
}

/** Names of HTTP schemes are case-insensitive (RFC 9110, section 11.1). */
function httpSchemeOf(scheme: string): Pick<Credential, 'kind' | 'prefix'> {
  const lower = scheme.toLowerCase()
  if (lower === 'basic') return { kind: 'basic', prefix: 'Basic ' }
  if (lower === 'bearer' || lower === '') return { kind: 'bearer', prefix: 'Bearer ' }
  const name = scheme === lower ? lower.charAt(0).toUpperCase() + lower.slice(1) : scheme
  return { kind: 'other', prefix: `${name} ` }
}

/** Returns the security requirements of an operation, any of which suffices. None if it is public. */
export const requirementsOf = (
  { security: global = [] }: Pick<Document, 'security'>,
  { security = global }: Pick<Operation, 'security'>,
): SecurityRequirement[] => security

/** Returns the credentials of a security requirement, all of which a request has. */
export function credentialsOf(document: Secured, requirement: SecurityRequirement): Credential[] {
  const byScheme = credentialsByScheme(document)
  return Object.keys(requirement).flatMap((name) => byScheme.get(name) ?? [])
}

/** Returns the names of the schemes in security requirements that the contract does not declare. */
export function undeclaredSchemes(document: Secured, requirements: SecurityRequirement[]): string[] {
  const declared = document.components?.securitySchemes ?? {}
  return [...new Set(requirements.flatMap(Object.keys))].filter((name) => !Object.hasOwn(declared, name))
}

/**
 * Returns the credentials that a request of an operation has by default: those of the first security
 * requirement. Contracts put the usual one first, which may be the empty one.
 */
export const operationCredentials = (
  document: Secured,
  operation: Pick<Operation, 'security'>,
): Credential[] => credentialsOf(document, requirementsOf(document, operation)[0] ?? {})

/**
 * Returns the example of a credential, or one that a mock accepts. That of a user name and password is
 * `<user name>:<password>`.
 */
export const exampleSecret = ({ kind, example }: Credential): string =>
  example ?? (kind === 'basic' ? 'user:password' : 'example')

/** The headers and the query parameters that contain credentials. */
export interface CredentialFields {
  headers: Record<string, string>
  query: Record<string, string>
}

/**
 * Writes credentials as headers and query parameters. All cookies share one header (RFC 6265, section 5.4).
 * @param read returns the value of a credential, its example by default
 */
export function credentialFields(credentials: Credential[], read = exampleSecret): CredentialFields {
  const headers: Record<string, string> = {}
  const query: Record<string, string> = {}
  for (const credential of credentials) {
    const { in: location, name } = credential
    if (location === 'header') headers[name] = headerValue(credential, read(credential))
    if (location === 'query') query[name] = read(credential)
    if (location === 'cookie')
      headers.Cookie = [headers.Cookie ?? [], `${name}=${read(credential)}`].flat().join('; ')
  }
  return { headers, query }
}

/** Writes the value of the header of a credential. A user name and password may be encoded already. */
export const headerValue = ({ kind, prefix }: Pick<Credential, 'kind' | 'prefix'>, value: string): string =>
  prefix + (kind === 'basic' && value.includes(':') ? encodeBasic(value) : value)

/** Encodes `<user name>:<password>` (RFC 7617, section 2.1: UTF-8). */
export const encodeBasic = (pair: string): string =>
  btoa(String.fromCodePoint(...new TextEncoder().encode(pair)))

/** Decodes a user name and password. Undefined if the text is not one. */
export function decodeBasic(encoded: string): string | undefined {
  try {
    const pair = new TextDecoder().decode(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)))
    return pair.includes(':') ? pair : undefined
  } catch {
    return undefined
  }
}

/** Finds a cookie in the value of a `Cookie` header. */
export const cookieIn = (header: string, name: string): string | undefined =>
  header
    .split(/;\s*/)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/**
 * Reads a credential from a request.
 * @param readHeader returns the value of a header, whatever the case of its name
 * @returns undefined if the request does not have it. A certificate belongs to the connection.
 */
export function secretIn(
  { in: location, name, prefix }: Pick<Credential, 'in' | 'name' | 'prefix'>,
  readHeader: (name: string) => string | undefined,
  query: URLSearchParams,
): string | undefined {
  if (location === 'query') return query.get(name) || undefined
  if (location === 'cookie') return cookieIn(readHeader('cookie') ?? '', name) || undefined
  const value = location === 'header' ? readHeader(name) : undefined
  // The scheme is case-insensitive (RFC 9110, section 11.1).
  if (!value?.toLowerCase().startsWith(prefix.toLowerCase())) return undefined
  return value.slice(prefix.length).trim() || undefined
}
