import type { SecurityRequirement, SecurityScheme } from '../../../openapi/document.ts'
import type { Contract, Operation } from '../../contract/contract.ts'
import type { RequestParts } from '../example-request.ts'
import { withCookie, withoutHeader } from '../request-changes.ts'

/** Where a credential is sent. */
interface Place {
  /** As a reader calls it: `Authorization`, `X-API-Key` or `cookie access_token`. */
  label: string
  read: (parts: RequestParts) => string | undefined
  /** Undefined removes the credential. */
  write: (parts: RequestParts, value: string | undefined) => RequestParts
}

/** Returns the schemes of a security alternative, and where their credentials are sent. */
export function placesOf(
  { document }: Contract,
  alternative: SecurityRequirement,
): { name: string; scheme: SecurityScheme; place: Place }[] {
  return Object.keys(alternative).flatMap((name) => {
    const scheme = document.components?.securitySchemes?.[name]
    const place = scheme && placeOf(scheme)
    return place ? [{ name, scheme, place }] : []
  })
}

function placeOf({ type, in: location, name = '' }: SecurityScheme): Place | undefined {
  if (type !== 'apiKey') return headerPlace('Authorization')
  if (location === 'header') return headerPlace(name)
  if (location === 'cookie')
    return {
      label: `cookie ${name}`,
      read: ({ headers }) => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(String(headers.cookie ?? ''))?.[1],
      write: (parts, value) => withCookie(parts, name, value),
    }
  return {
    label: `query parameter ${name}`,
    read: ({ query }) => [query[name] ?? []].flat()[0],
    write: (parts, value) => {
      const { [name]: _, ...others } = parts.query
      return { ...parts, query: value === undefined ? others : { ...others, [name]: value } }
    },
  }
}

function headerPlace(name: string): Place {
  return {
    label: name,
    read({ headers }) {
      const entry = Object.entries(headers).find(([other]) => other.toLowerCase() === name.toLowerCase())
      return entry && [entry[1]].flat()[0]
    },
    write(parts, value) {
      const headers = withoutHeader(parts.headers, name)
      return {
        ...parts,
        headers: value === undefined ? headers : { ...headers, [name.toLowerCase()]: value },
      }
    },
  }
}

interface BrokenValue {
  what: string
  value: (current: string) => string
}

/** Returns the ways to break a credential of a scheme. */
export function brokenValues({ type, scheme }: SecurityScheme): BrokenValue[] {
  const changed = { what: 'one character changed', value: changeCharacter }
  if (type === 'apiKey')
    return [changed, { what: 'malformed', value: () => 'x' }, { what: 'empty', value: () => '' }]
  if (scheme === 'basic')
    return [
      changed,
      { what: 'malformed', value: () => 'Basic !' },
      { what: 'another scheme', value: toScheme('Bearer') },
    ]
  return [
    changed,
    { what: 'malformed', value: () => 'Bearer x' },
    { what: 'no token', value: () => 'Bearer' },
    { what: 'another scheme', value: toScheme('Basic') },
    { what: 'without the scheme', value: (current) => current.replace(/^\S+ +/, '') },
    { what: 'an unsigned JWT', value: (current) => `Bearer ${unsignedJwt(current)}` },
  ]
}

const toScheme = (scheme: string) => (current: string) => `${scheme} ${current.replace(/^\S+ +/, '')}`

/** Changes a character of the signature of a JWT, or one in the middle of any other credential. */
function changeCharacter(credential: string): string {
  const token = credential.replace(/^\S+ +/, '')
  const isJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
  // The last character of Base64 has unused bits, so that changing it can have no effect.
  const index = isJwt ? token.lastIndexOf('.') + 1 : Math.floor(token.length / 2)
  const replacement = token[index] === '0' ? '1' : '0'
  return (
    credential.slice(0, credential.length - token.length) +
    token.slice(0, index) +
    replacement +
    token.slice(index + 1)
  )
}

/** Replaces the header of a JWT by `alg: none` and removes its signature (RFC 8725, §3.1). */
function unsignedJwt(credential: string): string {
  const [, payload] = credential.replace(/^\S+ +/, '').split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none', typ: 'JWT' })}.${payload ?? encode({ sub: 'auth-contracts' })}.`
}

/**
 * Returns example credentials of other kinds that the API accepts in the same header, but not for this
 * operation. All kinds of `apiKey` in one header count as one: a secret key can do all that a public key can.
 */
export function foreignSchemes(
  { document }: Contract,
  { security }: Operation,
  scheme: SecurityScheme,
): [name: string, value: string][] {
  const accepted = new Set(security.flatMap((alternative) => Object.keys(alternative)))
  return Object.entries(document.components?.securitySchemes ?? {}).flatMap(([name, other]) => {
    const example = other['x-example']
    const isSamePlace =
      scheme.type !== 'apiKey' && other.type === scheme.type && other.scheme === scheme.scheme
    if (accepted.has(name) || !isSamePlace || example === undefined) return []
    return [[name, `${scheme.scheme === 'basic' ? 'Basic' : 'Bearer'} ${example}`]]
  })
}
