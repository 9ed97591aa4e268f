const baseUrl = process.env.BASE_URL ?? 'http://localhost:4000/sandbox/openfactory'

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
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

export type Reason = 'invalidLink' | 'weakPassword' | 'failed'
export type Result = { ok: true } | { ok: false; reason: Reason }

interface User {
  id: string
  email: string
}

let token: string | undefined

const reasons: Record<string, Reason> = { INVALID_TOKEN: 'invalidLink', VALIDATION_ERROR: 'weakPassword' }

/** Signs a user in. */
export async function signIn(email: string, password: string): Promise<void> {
  const { status, body } = await request('POST', '/api/auth/signin', { body: { email, password } })
  if (status !== 200) throw new Error(body.error.code)
  token = body.session.token
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<User | null> {
  if (token === undefined) return null
  const { status, body } = await request('GET', '/api/auth/session', { token })
  return status === 200 ? body.user : null
}

/** Requests the email with the link. Returns the text to show. */
export async function requestReset(email: string): Promise<string> {
  const { status } = await request('POST', '/api/auth/forgot-password', { body: { email } })
  if (status !== 200) throw new Error(`The request failed with ${status}.`)
  return '계정이 있다면 비밀번호 재설정 링크를 보냈습니다.'
}

/** Sets a new password. `pageUrl` is the complete URL of the page that the link has opened. */
export async function resetPassword(pageUrl: string, newPassword: string): Promise<Result> {
  const reset = new URL(pageUrl).searchParams.get('token') ?? ''
  const { status, body } = await request('POST', '/api/auth/reset-password', {
    body: { token: reset, newPassword },
  })
  if (status === 200) {
    // The reset has ended all sessions.
    token = undefined
    return { ok: true }
  }
  const reason = reasons[body.error.code] ?? 'failed'
  return { ok: false, reason }
}
