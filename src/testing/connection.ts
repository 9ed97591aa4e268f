import createClient, { type Client } from 'openapi-fetch'
import type { ErrorResponse, paths, Seed } from '../../generated/_dev/types.ts'
import { UserError } from '../common/user-error.ts'
import type { JsonRequest } from './adapters/adapter.ts'

/** Sends a request. Unlike that of a browser, it lets tests read cookies and redirects. */
export type Fetch = (input: string | Request, init?: RequestInit) => Promise<Response>

/** A sandbox that is reached by its base URL. */
export interface Connection {
  /** The base URL, without a trailing slash. */
  url: string
  seed: Seed
  /** Headers that every request needs, such as an API key. */
  headers: Record<string, string>
  fetch: Fetch
  /** A client of the development controls. Read its responses with {@link resultOf}. */
  controls: Client<paths>
}

/**
 * Connects to the controls of a sandbox.
 * @throws {UserError} if no sandbox responds at the URL
 */
export async function openConnection(baseUrl: string, fetch: Fetch): Promise<Omit<Connection, 'headers'>> {
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl))
    throw new UserError(
      `"${baseUrl}" is not the URL of a sandbox, such as http://localhost:4000/sandbox/<api>.`,
    )
  const url = baseUrl.replace(/\/+$/, '')
  const controls = createClient<paths>({ baseUrl: url, redirect: 'manual', fetch })
  const call = controls.GET('/__dev/seed').catch((error: unknown) => {
    // A server that responds with something else than JSON is not a sandbox either.
    const reason = error instanceof SyntaxError ? 'The server there has no development controls.' : ''
    throw new UserError(`No sandbox responds at ${url}. ${reason || 'Start it, or check the URL.'}`, {
      cause: error,
    })
  })
  const { data, response } = await call
  if (!Array.isArray(data?.users))
    throw new UserError(`${url} is not a sandbox: ${url}/__dev/seed responded with ${response.status}.`)
  return { url, seed: data, fetch, controls }
}

/**
 * Returns the body of a control's response.
 * @throws {UserError} with the message of the control, if it rejected the request
 */
export async function resultOf<Body>(
  call: Promise<{ data?: Body; error?: ErrorResponse; response: Response }>,
): Promise<Body> {
  const { data, error, response } = await call
  if (response.ok) return data as Body
  throw new UserError(`${error?.error?.message ?? `The sandbox responded with ${response.status}`}.`)
}

/** Sends a request to the API. A body is sent with POST. Redirects are not followed. */
export function send({ url, headers, fetch }: Connection, { path, body }: JsonRequest): Promise<Response> {
  return fetch(`${url}${path}`, {
    redirect: 'manual',
    method: body ? 'POST' : 'GET',
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
}
