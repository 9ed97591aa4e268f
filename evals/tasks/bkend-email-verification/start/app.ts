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

/** The page of this app that the link in the email opens. */
export const verifyPage = 'http://localhost:3000/verify'

export type Reason = 'expiredLink' | 'invalidLink' | 'tooManyRequests' | 'failed'
export type Result = { ok: true } | { ok: false; reason: Reason; retryAfterSeconds?: number }

interface User {
  id: string
  email: string
  emailVerified: string | null
}

let accessToken: string | undefined

/** Signs a user in. */
export async function signIn(email: string, password: string): Promise<void> {
  const fields = { method: 'password', email, password }
  const { status, body } = await request('POST', '/v1/auth/email/signin', { body: fields })
  if (status !== 200) throw new Error(body.error.code)
  accessToken = body.accessToken
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<User | null> {
  const { status, body } = await request('GET', '/v1/auth/me', { token: accessToken })
  return status === 200 ? body : null
}

/** Sends the signed-in user an email with a link to the page. */
export async function sendVerification(): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}

/** Sends the email again. The new link replaces the earlier one. */
export async function resendVerification(): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}

/** Confirms the email. `pageUrl` is the complete URL with which the browser has opened the page. */
export async function confirmVerification(pageUrl: string): Promise<Result> {
  // TODO
  throw new Error('not implemented yet')
}
