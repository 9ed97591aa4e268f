import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import type { FilledBody } from './body.ts'
import { CallError } from './call-error.ts'
import type { ParameterTexts } from './parameters.ts'

export type Target = keyof ConsoleContract['servers']

/** The content of the form of an operation. */
export interface Filled {
  target: Target
  parameters: ParameterTexts
  body: FilledBody
  /** The headers with credentials, and `Prefer`. */
  headers: [name: string, value: string][]
  /** The query parameters with credentials. */
  query: [name: string, value: string][]
  /** The cookies to set for this call. */
  cookies: [name: string, value: string][]
  /** Whether the browser sends and stores cookies. */
  useCookies: boolean
}

/**
 * Creates the request of a filled form.
 * @throws {CallError} if a header cannot be sent
 */
export function toRequest(
  { servers }: ConsoleContract,
  { method, path }: ConsoleOperation,
  { target, parameters, body, ...filled }: Filled,
  callId: string,
): Request {
  const texts = new Map(parameters.path)
  const pathname = path.replace(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(texts.get(name) ?? ''),
  )
  const url = new URL((servers[target] ?? servers.mock) + pathname, location.origin)
  for (const [name, text] of parameters.query) url.searchParams.append(name, text)
  for (const [name, text] of filled.query) url.searchParams.set(name, text)
  const headers = headersOf(parameters, body, filled.headers)
  headers.set('X-Call-Id', callId)
  // The hub must not pass the call on to an upstream, as `common/local-only.ts` says.
  headers.set('X-Upstream', 'off')
  try {
    return new Request(url, {
      method,
      headers,
      ...(body.content !== undefined && { body: body.content }),
      cache: 'no-store',
      credentials: filled.useCookies || filled.cookies.length > 0 ? 'same-origin' : 'omit',
      redirect: 'manual',
    })
  } catch (error) {
    throw new CallError(`Browsers do not send this request. ${(error as Error).message}`)
  }
}

function headersOf({ header }: ParameterTexts, { mediaType }: FilledBody, more: Filled['headers']): Headers {
  try {
    const headers = new Headers(header)
    for (const [name, text] of more) headers.set(name, text)
    if (mediaType !== undefined) headers.set('Content-Type', mediaType)
    return headers
  } catch {
    throw new CallError('A header has characters that HTTP does not allow. Use ASCII characters only.')
  }
}
