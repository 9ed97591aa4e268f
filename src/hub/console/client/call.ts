import type { Details } from '../../requests/view.ts'
import type { ConsoleContract, ConsoleOperation } from '../contract.ts'
import { encodeBody } from './body.ts'

export type Target = 'sandbox' | 'mock'

/** The content of the form of an operation. */
export interface Filled {
  target: Target
  /** By location and name, such as `path userId`. Empty ones are left out. */
  parameters: Record<string, string>
  /** The text of the body; of a form, the JSON of its fields. Empty for none. */
  body: string
  /** The headers with credentials, and `Prefer`. */
  headers: [name: string, value: string][]
  /** The query parameters with credentials. */
  query: [name: string, value: string][]
  /** The cookies with credentials. */
  cookies: [name: string, value: string][]
  /** Whether the browser sends and stores cookies. */
  useCookies: boolean
}

/** A response, with the entry of the call in the request log. */
export interface Reply {
  status: number
  headers: [name: string, value: string][]
  text: string
  durationMs: number
  /** Undefined if the log is off or has dropped the call. */
  logged: Details | undefined
}

/** An error whose message is for the user. */
export class CallError extends Error {}

/**
 * Calls an operation of the sandbox or mock.
 * @throws {CallError} if the request cannot be sent, or the hub does not respond
 */
export async function callOperation(
  contract: ConsoleContract,
  operation: ConsoleOperation,
  filled: Filled,
  signal?: AbortSignal,
): Promise<Reply> {
  // The log finds the call by this header, which servers ignore.
  const callId = crypto.randomUUID()
  const request = toRequest(contract, operation, filled, callId)
  const removeCookies = await setCookies(filled.cookies, contract)
  const start = performance.now()
  const [response, text] = await send(request, signal).finally(removeCookies)
  const durationMs = performance.now() - start
  const logged = await findLogged(callId)
  // Browsers hide redirects from scripts, but the log has seen them.
  return response.type === 'opaqueredirect'
    ? {
        status: logged?.status ?? 0,
        headers: logged?.response.headers ?? [],
        text: logged?.response.body?.text ?? '',
        durationMs,
        logged,
      }
    : { status: response.status, headers: [...response.headers], text, durationMs, logged }
}

/**
 * Sets cookies for the mock, because a page cannot set the header of a request.
 * @returns a function that removes them
 */
async function setCookies(cookies: Filled['cookies'], { servers }: ConsoleContract) {
  const path = `${servers.mock}/`
  for (const [name, value] of cookies) await cookieStore.set({ name, value, path, sameSite: 'strict' })
  return async () => {
    for (const [name] of cookies) await cookieStore.delete({ name, path })
  }
}

function toRequest(
  { servers }: ConsoleContract,
  { method, path, parameters, body }: ConsoleOperation,
  filled: Filled,
  callId: string,
): Request {
  const base = servers[filled.target] ?? servers.mock
  const url = new URL(base + toPath(path, filled.parameters), location.origin)
  const headers = new Headers({ 'X-Call-Id': callId })
  try {
    for (const { in: place, name } of parameters) {
      const value = filled.parameters[`${place} ${name}`] ?? ''
      if (value !== '' && place === 'query') url.searchParams.append(name, value)
      if (value !== '' && place === 'header') headers.set(name, value)
    }
    for (const [name, value] of filled.headers) headers.set(name, value)
    for (const [name, value] of filled.query) url.searchParams.set(name, value)
    // The hub must not pass the call on to an upstream, as `common/local-only.ts` says.
    headers.set('X-Upstream', 'off')
    const encoded = body && filled.body !== '' ? encodeBody(body.mediaType, filled.body) : undefined
    // The browser adds the boundary to the type of multipart bodies.
    if (body && encoded !== undefined && !(encoded instanceof FormData))
      headers.set('Content-Type', body.mediaType)
    return new Request(url, {
      method,
      headers,
      ...(encoded !== undefined && { body: encoded }),
      cache: 'no-store',
      credentials: filled.useCookies ? 'same-origin' : 'omit',
      redirect: 'manual',
    })
  } catch {
    throw new CallError('A header has characters that HTTP does not allow. Use ASCII characters only.')
  }
}

function toPath(template: string, parameters: Filled['parameters']): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => {
    const value = parameters[`path ${name}`] ?? ''
    if (value === '') throw new CallError(`Enter the path parameter ${name}.`)
    return encodeURIComponent(value)
  })
}

async function send(request: Request, signal: AbortSignal | undefined): Promise<[Response, string]> {
  try {
    const response = await fetch(request, signal ? { signal } : {})
    return [response, await response.text()]
  } catch (error) {
    if (signal?.aborted) throw error
    throw new CallError(
      `No complete response from ${location.origin}. Check that the hub is running, and that no fault is injected.`,
    )
  }
}

async function findLogged(callId: string): Promise<Details | undefined> {
  const response = await fetch(`/requests/calls/${callId}.json?secrets=show`).catch(() => undefined)
  return response?.ok ? response.json() : undefined
}
