import { type Credential, credentialsByScheme, encodeBasic, secretIn } from '../../openapi/credentials.ts'
import type { Document, SecurityRequirement } from '../../openapi/document.ts'
import type { Contract, Operation } from '../contract/contract.ts'
import type { Exchange, RequestData } from '../exchange.ts'
import type { RequestParts } from '../packs/example-request.ts'
import { placesOf } from '../packs/security.ts'
import { NotExercisedError } from '../test-case.ts'
import { replaceTexts } from './cast.ts'
import type { Hooks } from './hooks.ts'

/** Credentials by the name of their security scheme. Those of `basic` are `user:password`, or encoded. */
export type Credentials = Record<string, string>

/**
 * Chooses the security alternative of the requests of an operation: the first of which the run has all
 * credentials, or else the first.
 */
export function alternativeOf(
  { document }: Contract,
  { security }: Operation,
  { credentials = {} }: Hooks,
): SecurityRequirement {
  const isGiven = (alternative: SecurityRequirement) => {
    const places = placesOf(document, alternative)
    return (
      places.length > 0 && places.every(({ credential: { scheme } }) => credentials[scheme] !== undefined)
    )
  }
  return security.find(isGiven) ?? security[0] ?? {}
}

/** Adds the credentials of a security alternative to a request, as the contract's examples have them. */
export function withExampleCredentials(
  { document }: Contract,
  alternative: SecurityRequirement,
  parts: RequestParts,
): RequestParts {
  return placesOf(document, alternative).reduce(
    (changed, { credential, place }) =>
      place.read(changed) === undefined
        ? place.write(changed, credential.prefix + sampleSecret(credential))
        : changed,
    parts,
  )
}

const placeholder = 'auth-contracts-placeholder-'
/** Of a length that Base64 encodes without padding. */
const basicUser = 'auth-contracts:'

/** Returns whether a request has a credential that the kit made up. */
export const hasPlaceholder = ({ request: { url, headers } }: Pick<Exchange, 'request'>): boolean =>
  url.includes(placeholder) ||
  headers.some(([, value]) => value.includes(placeholder) || value.includes(encodeBasic(basicUser)))

/** The credential of the contract, or a placeholder: mocks accept it, and servers reject it with 401. */
function sampleSecret({ scheme, kind, example }: Credential): string {
  if (example !== undefined) return encoded(kind, example)
  return kind === 'basic' ? encodeBasic(basicUser + scheme) : placeholder + scheme
}

/** Encodes a user name and password, which may be encoded already. */
const encoded = (kind: Credential['kind'], value: string) =>
  kind === 'basic' && value.includes(':') ? encodeBasic(value) : value

/** Replaces the credentials of the contract's examples by those of the server, such as an API key. */
export function withCredentials(
  request: RequestData,
  { document }: Contract,
  credentials: Credentials = {},
): RequestData {
  const replacements = [...credentialsByScheme(document).values()].flatMap(
    (credential): [string, string][] => {
      const value = credentials[credential.scheme]
      return value === undefined ? [] : [[sampleSecret(credential), encoded(credential.kind, value)]]
    },
  )
  if (replacements.length === 0) return request
  const inPath = replacements.map(([from, to]) => [from, to].map(encodeURIComponent) as [string, string])
  return {
    ...request,
    path: replaceTexts(request.path, new Map(inPath)),
    ...(request.headers && { headers: replaceTexts(request.headers, new Map(replacements)) }),
  }
}

/** Finds the credentials among headers that the user passes, so that tests can change and remove them. */
export function credentialsIn(document: Document, headers: Record<string, string>): Credentials {
  const readHeader = (wanted: string) =>
    Object.entries(headers).find(([name]) => name.toLowerCase() === wanted.toLowerCase())?.[1]
  return Object.fromEntries(
    [...credentialsByScheme(document)].flatMap(([name, credential]) => {
      const value = secretIn(credential, readHeader, new URLSearchParams())
      return value ? [[name, value]] : []
    }),
  )
}

/** @throws {NotExercisedError} if the run lacks a credential of a security alternative */
export function assertHasCredentials(
  { document }: Contract,
  { credentials = {} }: Hooks,
  alternative: SecurityRequirement,
): void {
  const missing = placesOf(document, alternative).find(
    ({ credential: { scheme, example } }) => example === undefined && credentials[scheme] === undefined,
  )
  if (!missing) return
  const { scheme, kind } = missing.credential
  const [what, it] = kind === 'basic' ? ['user name and password', 'them'] : ['credential', 'one']
  throw new NotExercisedError(
    `The run has no ${what} of ${scheme}. Pass ${it} ${howToPass(missing.credential)}.`,
  )
}

/** Says how a run gets a credential. No header contains a key in the query. */
export function howToPass({ scheme, kind, in: location, name, prefix }: Credential): string {
  const hook = `as credentials.${scheme} in the hooks${kind === 'basic' ? ', such as "user:password"' : ''}`
  if (location === 'query') return hook
  const value = kind === 'basic' ? '<Base64 of user:password>' : '…'
  const header = location === 'cookie' ? `Cookie: ${name}=…` : `${name}: ${prefix}${value}`
  return `with --header '${header}', or ${hook}`
}
