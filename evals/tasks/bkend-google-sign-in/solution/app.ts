const baseUrl = process.env.BASE_URL ?? 'http://localhost:4000/sandbox/bkend'
const apiKey = process.env.API_KEY ?? 'pk_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'

interface Options {
  token?: string | undefined
  body?: object
}

/** Sends a request to the API. */
export async function request(method: string, path: string, { token, body }: Options = {}) {
  const response = await fetch(baseUrl + path, {
    method,
    redirect: 'manual',
    headers: {
      'x-api-key': apiKey,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

/** The page of this app to which the API sends the browser back. */
export const callbackPage = 'http://localhost:3000/auth/callback'

export type Reason = 'notStarted' | 'declined' | 'accountExists' | 'failed'
export type Result = { ok: true; isNewUser: boolean } | { ok: false; reason: Reason }

/** Identifies the sign-in that this app has started. */
let attempt: string | undefined
let accessToken: string | undefined

const reasons: Record<string, Reason> = {
  'auth/oauth-callback-failed': 'declined',
  'auth/account-exists-different-provider': 'accountExists',
}

/** Returns the URL of Google that the browser has to open. */
export async function startGoogleSignIn(): Promise<string> {
  attempt = crypto.randomUUID()
  const redirect = `${callbackPage}?attempt=${attempt}`
  const path = `/v1/auth/google/authorize?redirect=${encodeURIComponent(redirect)}`
  const { status, body } = await request('GET', path)
  if (status !== 200) throw new Error(body.error.code)
  return body.authorizationUrl
}

/** Finishes the sign-in. `pageUrl` is the complete URL of the callback page, as the browser has opened it. */
export async function finishGoogleSignIn(pageUrl: string): Promise<Result> {
  const parameters = new URL(pageUrl).searchParams
  // Otherwise a link could sign the user in to the account of an attacker.
  const isOwn = attempt !== undefined && parameters.get('attempt') === attempt
  if (!isOwn) return { ok: false, reason: 'notStarted' }
  attempt = undefined
  const error = parameters.get('error')
  if (error !== null) return { ok: false, reason: reasons[error] ?? 'failed' }
  accessToken = parameters.get('accessToken') ?? undefined
  return { ok: true, isNewUser: parameters.get('isNewUser') === 'true' }
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<{ id: string; name: string; email: string } | null> {
  if (accessToken === undefined) return null
  const { status, body } = await request('GET', '/v1/auth/me', { token: accessToken })
  return status === 200 ? body : null
}
