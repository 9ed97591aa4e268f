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

export type Reason =
  | 'invalidEmail'
  | 'invalidPassword'
  | 'emailTaken'
  | 'wrongCredentials'
  | 'mfaRequired'
  | 'wrongMfaCode'
  | 'suspended'
  | 'tooManyAttempts'
  | 'failed'

export type Result = { ok: true } | { ok: false; reason: Reason; retryAfterSeconds?: number }

let accessToken: string | undefined

const reasons: Record<string, Reason> = {
  'auth/invalid-email': 'invalidEmail',
  'auth/invalid-password-format': 'invalidPassword',
  'auth/weak-password': 'invalidPassword',
  'auth/email-already-exists': 'emailTaken',
  'auth/invalid-credentials': 'wrongCredentials',
  'auth/mfa-required': 'mfaRequired',
  'auth/invalid-mfa-code': 'wrongMfaCode',
  'auth/account-banned': 'suspended',
  'auth/too-many-login-attempts': 'tooManyAttempts',
  'auth/account-locked': 'tooManyAttempts',
  'auth/too-many-requests': 'tooManyAttempts',
}

/** Creates an account and signs the user in. */
export async function signUp(name: string, email: string, password: string): Promise<Result> {
  return open('/v1/auth/email/signup', { method: 'password', name, email, password })
}

/** Signs a user in, with a code of the authenticator app if the account requires one. */
export async function signIn(email: string, password: string, mfaCode?: string): Promise<Result> {
  const body = { method: 'password', email, password }
  return open('/v1/auth/email/signin', mfaCode === undefined ? body : { ...body, mfaCode })
}

/** Returns the signed-in user, or null. */
export async function currentUser(): Promise<{ id: string; name: string; email: string } | null> {
  if (accessToken === undefined) return null
  const { status, body } = await request('GET', '/v1/auth/me', { token: accessToken })
  return status === 200 ? body : null
}

/** Opens a session, or returns why that failed. */
async function open(path: string, fields: object): Promise<Result> {
  const { status, headers, body } = await request('POST', path, { body: fields })
  if (status < 300) {
    accessToken = body.accessToken
    return { ok: true }
  }
  const reason = reasons[body.error.code] ?? 'failed'
  const retryAfter = headers.get('retry-after')
  return { ok: false, reason, ...(retryAfter !== null && { retryAfterSeconds: Number(retryAfter) }) }
}
