import type { Document, SecurityRequirement, SecurityScheme } from '../../openapi/document.ts'
import type { Contract } from '../contract/contract.ts'
import type { Exchange, RequestData } from '../exchange.ts'
import type { RequestParts } from '../packs/example-request.ts'
import { authorization, cookieIn, placesOf, schemesOf } from '../packs/security.ts'
import { NotExercisedError } from '../test-case.ts'
import { replaceTexts } from './cast.ts'
import type { Hooks } from './hooks.ts'

/** Credentials by the name of their security scheme. Those of `basic` are `user:password`, or encoded. */
export type Credentials = Record<string, string>

/** Adds the credentials of a security alternative to a request, as the contract's examples have them. */
export function withExampleCredentials(
  { document }: Contract,
  alternative: SecurityRequirement,
  parts: RequestParts,
): RequestParts {
  return placesOf(document, alternative).reduce((changed, { name, scheme, place }) => {
    if (place.read(changed) !== undefined) return changed
    const credential = exampleOf(name, scheme)
    return place.write(changed, scheme.type === 'apiKey' ? credential : authorization(scheme, credential))
  }, parts)
}

const placeholder = 'auth-contracts-placeholder-'
/** Of a length that Base64 encodes without padding. */
const basicUser = 'auth-contracts:'

/** Returns whether a request has a credential that the kit made up. */
export const hasPlaceholder = ({ request: { url, headers } }: Pick<Exchange, 'request'>): boolean =>
  url.includes(placeholder) ||
  headers.some(([, value]) => value.includes(placeholder) || value.includes(encodeBasic(basicUser)))

/** The credential of the contract, or a placeholder: mocks accept it, and servers reject it with 401. */
function exampleOf(name: string, scheme: SecurityScheme): string {
  const example = scheme['x-example']
  if (example !== undefined) return example
  return isBasic(scheme) ? encodeBasic(basicUser + name) : placeholder + name
}

/** Replaces the credentials of the contract's examples by those of the server, such as an API key. */
export function withCredentials(
  request: RequestData,
  { document }: Contract,
  credentials: Credentials = {},
): RequestData {
  const replacements = [...schemesOf(document)].flatMap(([name, scheme]): [string, string][] => {
    const value = credentials[name]
    if (value === undefined) return []
    return [[exampleOf(name, scheme), isBasic(scheme) && value.includes(':') ? encodeBasic(value) : value]]
  })
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
    [...schemesOf(document)].flatMap(([name, scheme]) => {
      const value = credentialIn(scheme, readHeader)
      return value ? [[name, value]] : []
    }),
  )
}

function credentialIn(
  scheme: SecurityScheme,
  readHeader: (header: string) => string | undefined,
): string | undefined {
  const { type, in: location, name = '' } = scheme
  if (type === 'apiKey')
    return location === 'cookie' ? cookieIn(readHeader('cookie') ?? '', name) : readHeader(name)
  const [, kind = '', credential] = /^(\S+) +(.+)$/.exec(readHeader('authorization') ?? '') ?? []
  return authorization(scheme, '').trim().toLowerCase() === kind.toLowerCase() ? credential : undefined
}

/** @throws {NotExercisedError} if the run lacks a credential of a security alternative */
export function assertHasCredentials(
  { document }: Contract,
  { credentials = {} }: Hooks,
  alternative: SecurityRequirement,
): void {
  const missing = placesOf(document, alternative).find(
    ({ name, scheme }) => scheme['x-example'] === undefined && credentials[name] === undefined,
  )
  if (!missing) return
  const { name, scheme, place } = missing
  const header = scheme.type === 'apiKey' ? '…' : authorization(scheme, '…')
  const byHeader =
    scheme.in === 'query'
      ? ''
      : `with --header '${scheme.in === 'cookie' ? `Cookie: ${scheme.name}=…` : `${place.label}: ${header}`}', or `
  throw new NotExercisedError(
    `The run has no credential of ${name}. Pass one ${byHeader}as credentials.${name} in the hooks.`,
  )
}

const isBasic = ({ type, scheme }: SecurityScheme) => type === 'http' && scheme?.toLowerCase() === 'basic'

const encodeBasic = (pair: string) => Buffer.from(pair).toString('base64')
