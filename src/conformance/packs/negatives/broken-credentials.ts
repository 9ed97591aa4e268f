import { type Credential, credentialsByScheme, headerValue } from '../../../openapi/credentials.ts'
import type { Contract, Operation } from '../../contract/contract.ts'

interface BrokenValue {
  what: string
  value: (current: string) => string
}

/** Returns the ways to break a credential. */
export function brokenValues({ kind, prefix }: Credential): BrokenValue[] {
  const changed = { what: 'one character changed', value: changeCharacter }
  if (kind === 'key')
    return [changed, { what: 'malformed', value: () => 'x' }, { what: 'empty', value: () => '' }]
  if (kind !== 'bearer')
    return [
      changed,
      { what: 'malformed', value: () => `${prefix}!` },
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
  { kind, prefix }: Credential,
): [name: string, value: string][] {
  const accepted = new Set(security.flatMap((alternative) => Object.keys(alternative)))
  return [...credentialsByScheme(document).values()].flatMap((other) => {
    const { scheme, example } = other
    const isSamePlace = kind !== 'key' && other.prefix === prefix
    if (accepted.has(scheme) || !isSamePlace || example === undefined) return []
    return [[scheme, headerValue(other, example)]]
  })
}
