import { credentialsByScheme, requirementsOf } from '../openapi/credentials.ts'
import { type Endpoint, endpointsOf, findEndpoint } from '../openapi/operations.ts'
import { resolveRef } from '../openapi/resolve-ref.ts'
import type { SnippetDocument } from './call.ts'

/**
 * Chooses the operation that a newcomer calls first: the sign-in, by its `operationId` or else by its path;
 * or a public GET without parameters, any GET without parameters, or the first operation.
 */
export function firstCall(document: SnippetDocument): Endpoint | undefined {
  const endpoints = endpointsOf(document).filter(({ operation }) => !operation.deprecated)
  const isOpen = (endpoint: Endpoint) => isPublic(document, endpoint)
  const open = endpoints.filter(isOpen)
  const hasNoParameters = (endpoint: Endpoint) => needsNoParameters(document, endpoint)
  const reads = endpoints.filter(({ method }) => method === 'get').filter(hasNoParameters)
  return (
    findEndpoint(document, 'signIn') ??
    signInPaths.map((pattern) => open.find(isPostTo(pattern))).find((endpoint) => endpoint !== undefined) ??
    reads.find(isOpen) ??
    reads[0] ??
    endpoints[0]
  )
}

/** The most specific ones first. */
const signInPaths = [/(?:log|sign)[-_]?in(?:$|\/(?:email|password))/i, /\/token$/i, /\/sessions?$/i]

const isPostTo =
  (pattern: RegExp) =>
  ({ method, path }: Endpoint): boolean =>
    method === 'post' && pattern.test(path)

/** Tells whether no user must be signed in: an API key at most is required. */
function isPublic(document: SnippetDocument, { operation }: Endpoint): boolean {
  const credentials = credentialsByScheme(document)
  const security = requirementsOf(document, operation)
  const isKey = (name: string) => {
    const { kind, in: location } = credentials.get(name) ?? {}
    return kind === 'key' && location !== 'cookie'
  }
  return security.length === 0 || security.some((requirement) => Object.keys(requirement).every(isKey))
}

function needsNoParameters(document: SnippetDocument, { parameters }: Endpoint): boolean {
  return parameters.every((parameter) => !resolveRef(document, parameter).required)
}
